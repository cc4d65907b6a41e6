---Nurturing: what is sent to whom while nobody sells yet, and how often a person may be contacted at all.
local declare = require "assay.declare"

---@class assay.Nurturing : assay.Facts
local nurturing = {}
for name, value in pairs(require "assay.facts") do nurturing[name] = value end

---A kind of buyer. The first that holds counts.
---
---```lua
---n.persona "operations leader" { when = lead.title:matches "operations|supply" }
---```
---@type fun(name: string): fun(options: assay.PersonaOptions)
nurturing.persona = declare.persona

---How often and when a person may be contacted. It binds all packs, the strictest first.
---
---```lua
---n.contact_policy { most = { email = "2 per 7d", any = "3 per 7d" }, gap = "24h",
---                   ladder = { "topic", "problem" }, questions = { topic = 2, problem = 4 } }
---```
---@type fun(options: assay.ContactPolicyOptions)
nurturing.contact_policy = declare.contact_policy

---Whom never to contact, by channel; "any" is every channel.
---
---```lua
---n.never { email = lead.unsubscribed:includes "email", any = account.domain:in_list "competitors" }
---```
---@type fun(conditions: table<string, assay.When>)
nurturing.never = declare.never

---The consent that a touch needs, by country of the person.
---
---```lua
---n.consent { country = { US = "opt_out", DE = "double_opt_in" }, unknown = "double_opt_in" }
---```
---@type fun(options: assay.ConsentOptions)
nurturing.consent = declare.consent

---Days on which nobody is contacted: weekends, and the days off of a table, by country. Days are those where the
---person is. Who raised a hand may be answered all the same.
---
---```lua
---n.blackout { weekends = true, except = "hand_raise" }
---```
---@type fun(options: assay.BlackoutOptions)
nurturing.blackout = declare.blackout

---What buyers have to answer for themselves in one phase before they feel comfortable with a decision. A hand-off
---names the first that is open, and the content that answers it.
---
---```lua
---n.questions { phase = "discovery", ask = { "need" } }
---```
---@type fun(options: assay.QuestionsOptions)
nurturing.questions = declare.questions

---Whose word buyers trust most: content is ranked by it.
---
---```lua
---n.trust { most_first = { "analyst", "case study", "vendor" } }
---```
---@type fun(options: assay.TrustOptions)
nurturing.trust = declare.trust

---How buyers speak, and words of ours that they do not use. `assay report language` tells how many take what is offered
---with each phrase and without it; `assay check` finds words of ours in texts that buyers read. An offer is taken by what the
---lead does with the content that was offered, unless `taken_by` names the events that count; one of these that names no content
---takes what was offered last before it.
---
---```lua
---n.lexicon { buyers = { "cost of waiting" }, ours = { ["demand sensing"] = "seeing orders early" } }
---```
---@type fun(options: assay.LexiconOptions)
nurturing.lexicon = declare.lexicon

---Words that call for a look at a post of the community (`assay import posts`): `assay report community` names each post
---that has one, once for each word. Tasks and webhooks that stand beside the words are made once for each such post, by the
---first run after it came in; posts from before the pack's first run make none.
---
---```lua
---local effect = require("assay.effects").effect
---n.watch {
---  words = { "cancel", "alternative to" },
---  effect.task "answer in the forum" { role = "community", due = "1d" },
---}
---```
---@type fun(options: assay.WatchOptions)
nurturing.watch = declare.watch

---A sequence of steps for a persona, in a phase of its buying.
---
---```lua
---n.persona "operations leader" { when = lead.title:known() }
---n.track "the cost of waiting" {
---  persona = "operations leader", phase = "discovery",
---  n.step "frame the challenge" { content = "cost-of-delay-guide", wait = "4d" },
---}
---```
---@type fun(name: string): fun(options: assay.TrackOptions)
nurturing.track = declare.track

---One touch of a track: content, or a task for a person.
---
---```lua
---n.track "first help" { n.step "provide help" { content = "business-case-kit", wait = "5d" } }
---```
---@type fun(name: string): fun(options: assay.StepOptions): assay.Step
nurturing.step = declare.step

---What a person does.
---
---```lua
---n.track "a talk" { n.step "give confidence" { task = n.human "call with the discovery questions", role = "ldr" } }
---```
---@type fun(what: string): assay.Human
nurturing.human = declare.human

---Tracks that are tried: a share of those who would enter one is held out of nurturing for a while, chosen by a
---hash, so that what the tracks do can be told from what would have happened anyway. It runs its planned course:
---`assay programme` refuses to stop or change it before the least exposure, and counts every look at it. What it is judged by
---is a stage, or a condition that holds when a lead's time is over, its events counted since it came: what is a yes or no for
---each lead. `expects` lets `assay check` tell how many people it takes.
---
---```lua
---q.model "m":gate "sales_ready" { criteria = { willing = event.demo_request:seen "30d" } }
---n.track "first help" { n.step "provide help" { content = "business-case-kit", wait = "5d" } }
---n.programme "does help help" {
---  tracks = { "first help" }, outcome = "sales_ready", within = "90d", holdout = 0.2,
---  expects = { without = 0.10, with = 0.14 },
---  at_least = { people = 300, over = "60d" }, ends = { people = 4000 },
---}
---```
---@type fun(name: string): fun(options: assay.ProgrammeOptions)
nurturing.programme = declare.programme

return nurturing
