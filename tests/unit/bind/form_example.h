/* Where the example of each form stands: the pack and the rule file around it. */
#ifndef ASSAY_TEST_FORM_EXAMPLE_H
#define ASSAY_TEST_FORM_EXAMPLE_H

#include "bind/language/form.h"

#include <stdio.h>
#include <string.h>

/* Where each example stands. */
static const struct {
    const char *word;
    bool in_pack;
    const char *frame;
} example_frames[] = {
    {"pack", true, "%s"},
    {"field", true,
     "return require 'assay.pack' 'p' { owner = 'x', rules = {}, fields = { account = { %s } } }"},
    {"answer", true, "return require 'assay.pack' 'p' { owner = 'x', rules = {}, answers = { %s } }"},
    {"event", true, "return require 'assay.pack' 'p' { owner = 'x', rules = {}, events = { %s } }"},
    {"property", true,
     "return require 'assay.pack' 'p' { owner = 'x', rules = {}, events = { told = { by = 'buyer', "
     "properties = { "
     "%s } } } }"},
    {"feed", true, "return require 'assay.pack' 'p' { owner = 'x', rules = {}, feeds = { %s } }"},
    {"permits", true, "return require 'assay.pack' 'p' { owner = 'x', rules = {}, %s }"},
    {"agreement", true, "return require 'assay.pack' 'p' { owner = 'x', rules = {}, %s }"},
    {"buyers", true, "return require 'assay.pack' 'p' { owner = 'x', rules = {}, %s }"},
    {"capacity", true, "return require 'assay.pack' 'p' { owner = 'x', rules = {}, capacity = { %s } }"},
    {"role", true, "return require 'assay.pack' 'p' { owner = 'x', rules = {}, roles = { %s } }"},
    {"keys", true,
     "return require 'assay.pack' 'p' { owner = 'x', rules = {}, agreement = { marketing = 'a', sales = 'b', "
     "keys = %s } }"},
    {"marketing_sourced_pipeline", true,
     "return require 'assay.pack' 'p' { owner = 'x', rules = {}, agreement = { marketing = 'a', sales = 'b', "
     "marketing_sourced_pipeline = %s } }"},
    {"model", false, "local crm = %s"},
    {"score", false, "local fit = %s"},
    {"rule", false, "local fit = m:score 'fit'\n%s"},
    {"disqualify", false, "%s"},
    {"gate", false, "%s"},
    {"delivers", false,
     "m:gate 'sales_ready' { criteria = { market = lead.title:known(), willing = lead.email:known(), "
     "need = lead.phone:known(), timeframe = lead.mobile:known() }, %s }"},
    {"recycle", false, "%s"},
    {"persona", false, "%s"},
    {"contact_policy", false, "%s"},
    {"quiet", false, "n.contact_policy { %s }"},
    {"pressure", false, "n.contact_policy { %s }"},
    {"consent", false, "%s"},
    {"blackout", false, "%s"},
    {"lead_source", false, "%s"},
    {"questions", false, "%s"},
    {"trust", false, "%s"},
    {"lexicon", false, "%s"},
    {"watch", false, "%s"},
    {"track", false, "n.persona 'operations leader' { when = lead.title:known() }\n%s"},
    {"programme", false, "n.track 'the cost of waiting' { n.step 's' { content = 'c' } }\n%s"},
    {"at_least", false,
     "n.track 't' { n.step 's' { content = 'c' } }\nn.programme 'p' { tracks = { 't' }, outcome = 'won', "
     "within = '9d', "
     "holdout = 0.1, ends = { people = 900 }, %s }"},
    {"expects", false,
     "n.track 't' { n.step 's' { content = 'c' } }\nn.programme 'p' { tracks = { 't' }, outcome = 'won', "
     "within = '9d', "
     "holdout = 0.1, at_least = { people = 9, over = '9d' }, ends = { people = 900 }, %s }"},
    {"ends", false,
     "n.track 't' { n.step 's' { content = 'c' } }\nn.programme 'p' { tracks = { 't' }, outcome = 'won', "
     "within = '9d', "
     "holdout = 0.1, at_least = { people = 9, over = '9d' }, %s }"},
    {"step", false, "n.track 't' { %s }"},
    {"segment", false, "%s"},
    {"template", false,
     "abm.segment { value = account.potential_value, diversity = account.need_diversity, "
     "very_high_value = 5, low_value = 1, homogeneous = 0.3 }\n%s"},
    {"owners", false, "abm.template 't' { when = account.name:known(), %s }"},
    {"budget", false, "abm.template 't' { when = account.name:known(), %s }"},
    {"play", false, "abm.template 't' { when = account.name:known(), %s }"},
    {"tier", false, "%s"},
    {"route", false, "%s"},
    {"s.agreement", false, "%s"},
    {"breach", false,
     "s.agreement 'a' { start = event.handoff, stop = event.handoff_accepted, within = '1 business day', %s "
     "}"},
    {"s.business_hours", false, "%s"},
    {"destination", true,
     "return require 'assay.pack' 'p' { owner = 'x', rules = {}, permits = { http = { "
     "'https://crm.example' }, secrets = { 'CRM_HOOK' } }, destinations = { %s } }"},
    {"enrich", false, "%s"},
    {"contrast", false, "%s"},
    {"on.enter", false, "%s"},
    {"webhook", false, "on.enter 'sales_ready' { %s }"},
    {"task", false, "on.enter 'sales_ready' { %s }"},
    {"handoff", false, "on.enter 'sales_ready' { %s }"},
    {"list", false, "on.enter 'sales_ready' { %s }"},
    {"update", false, "on.enter 'sales_ready' { %s }"},
};

static const char example_pack[] =
    "return require 'assay.pack' 'trial' { owner = 'x', rules = { 'rules' },\n"
    "  answers = { urgency = { ask = 'What if nothing changes?', scope = 'account' } },\n"
    "  lists = { competitors = 'lists/rivals.txt' },\n"
    "  permits = { http = { 'https://crm.example' } },\n"
    "  destinations = { crm = { url = 'https://crm.example/hooks' } } }\n";
static const char example_head[] =
    "local q, n, abm, r = require 'assay.qualification', require 'assay.nurturing', require "
    "'assay.accounts', require "
    "'assay.routing'\n"
    "local lead, account, event, answer, m = q.lead, q.account, q.event, q.answer, q.model 'inbound'\n"
    "local fx = require 'assay.effects'\nlocal on, effect = fx.on, fx.effect\n"
    "local s = require 'assay.service_levels'\n"
    "local e, learning = require 'assay.enrichment', require 'assay.learning'\n";

/* An example may end in "…" where more of the same follows. */
static void without_dots(char *text)
{
    static const char *const endings[] = {", n.step … ", ", abm.play … "};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char *at = strstr(text, endings[i]);
        if (at != NULL)
            memmove(at, at + strlen(endings[i]), strlen(at + strlen(endings[i])) + 1);
    }
}

/* The files in which the example of a form is loaded; false when no frame says where it stands. */
struct example_files {
    char pack[2048], rules[4096];
};

static bool frame_example(struct example_files *out, const struct as_form *form)
{
    enum { FRAMES = sizeof example_frames / sizeof *example_frames };
    size_t frame = 0;
    while (frame < FRAMES && strcmp(example_frames[frame].word, form->word) != 0)
        frame++;
    if (frame == FRAMES)
        return false;
    char example[1024], framed[2048];
    snprintf(example, sizeof example, "%s", form->example);
    without_dots(example);
    const char *text = example_frames[frame].frame, *at = strstr(text, "%s");
    snprintf(framed, sizeof framed, "%.*s%s%s", (int)(at - text), text, example, at + 2);
    bool in_pack = example_frames[frame].in_pack;
    snprintf(out->pack, sizeof out->pack, "%s", in_pack ? framed : example_pack);
    snprintf(out->rules, sizeof out->rules, "%s%s\n", example_head, in_pack ? "" : framed);
    return true;
}

#endif
