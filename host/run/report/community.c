/* Community: what members write about, posts that have a word to be called for, and how often who posts. */
#include "run/report/reporting.h"

#include "base/time.h"
#include "data/identity/fold.h"
#include "score/statistics/interval.h"
#include "store/report/posts.h"

#include <string.h>

/* Rows of a table on a page; the figures beside are of all. */
enum { MOST_TAGS = 20, MOST_MEMBERS = 20, MOST_CALLS = 20 };
/* Posts below which nothing is said of more or fewer than before. */
#define LEAST_POSTS 10

struct community {
    struct as_reporting *r;
    struct as_post_window window;
    AS_LIST(struct as_post_tag) tags;
    AS_LIST(struct as_post_member) members;
    uint64_t posts, leads; /* leads: members who are one */
};

static enum as_status take_tag(void *context, const struct as_post_tag *tag, struct as_error *error)
{
    struct community *c = context;
    struct as_post_tag kept = *tag;
    kept.tag = as_report_text(c->r, "%s", tag->tag);
    return as_list_push(&c->r->report->arena, &c->tags, kept) ? AS_OK : as_error_memory(error);
}

static enum as_status take_member(void *context, const struct as_post_member *member, struct as_error *error)
{
    struct community *c = context;
    struct as_post_member kept = *member;
    kept.member = as_report_text(c->r, "%s", member->member);
    c->posts += member->posts;
    c->leads += member->lead != 0;
    return as_list_push(&c->r->report->arena, &c->members, kept) ? AS_OK : as_error_memory(error);
}

/* Of the posts of two spans of equal length, the share in the later one is a half where nothing changed. */
static const char *trend(const struct as_post_tag *tag, uint32_t together)
{
    double low, high;
    if (tag->last + tag->before < LEAST_POSTS || !as_wilson(&low, &high, tag->last, tag->last + tag->before,
                                                            1 - (1 - AS_FIGURE_CONFIDENCE) / together))
        return "insufficient";
    return low > 0.5 ? "more" : high < 0.5 ? "fewer" : "none seen";
}

static void add_tags(struct community *c, struct as_report_section *section)
{
    static const struct as_report_column columns[] = {
        {"tag", "Tag"},           {"posts", "Posts"},           {"members", "Members"},
        {"last", "Last 30 days"}, {"before", "30 days before"}, {"change", "Change"}};
    if (c->tags.n == 0)
        return;
    struct as_report_table *table =
        as_section_table(c->r, section, "tags", "What posts are about, by tag", columns, 6);
    for (uint32_t i = 0; i < c->tags.n && i < MOST_TAGS; i++) {
        const struct as_post_tag *tag = &c->tags.at[i];
        as_table_cell(c->r, table, as_figure_text(tag->tag));
        as_table_cell(c->r, table, as_figure_count(tag->posts));
        as_table_cell(c->r, table, as_figure_count(tag->members));
        as_table_cell(c->r, table, as_figure_count(tag->last));
        as_table_cell(c->r, table, as_figure_count(tag->before));
        as_table_cell(c->r, table, as_figure_text(trend(tag, c->tags.n)));
    }
    as_section_note(c->r, section,
                    "%u tags%s; change is what 95 %% confidence leaves no doubt of in all of them together "
                    "(Bonferroni), from %d posts on",
                    c->tags.n,
                    c->tags.n > MOST_TAGS
                        ? as_report_text(c->r, ", the %d with most posts are shown", MOST_TAGS)
                        : "",
                    LEAST_POSTS);
}

static enum as_status add_lead(struct as_reporting *r, struct as_report_table *table, int64_t lead,
                               struct as_error *error)
{
    if (lead != 0)
        return as_table_lead(r, table, lead, error);
    as_table_cell(r, table, as_figure_none("no lead"));
    as_table_cell(r, table, as_figure_none(""));
    as_table_cell(r, table, as_figure_none(""));
    return AS_OK;
}

/* --- words to be called for --- */

struct calling {
    struct community *c;
    const struct as_pack *pack;
    struct as_report_section *section;
    uint64_t *posts; /* by word */
    uint64_t all;
    struct as_buf folded;
};

/* What stands around the word, as it was written: a fold may be longer or shorter than the text, so the
 * beginning is what is told. */
static const char *beginning(struct as_reporting *r, const char *text)
{
    enum { MOST = 80 };
    size_t n = strlen(text);
    if (n <= MOST)
        return as_report_text(r, "%s", text);
    for (n = MOST; n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80; n--)
        ;
    return as_report_text(r, "%.*s…", (int)n, text);
}

static enum as_status take_post(void *context, const struct as_post *post, struct as_error *error)
{
    static const struct as_report_column columns[] = {
        {"at", "When"},   {"word", "Word"},       {"member", "Member"}, {"lead", "Lead"},
        {"name", "Name"}, {"account", "Account"}, {"text", "Beginning"}};
    struct calling *calling = context;
    struct as_reporting *r = calling->c->r;
    as_buf_reset(&calling->folded);
    enum as_status status = as_fold(&calling->folded, as_str_of(post->text), error);
    struct as_str text = {as_buf_c(&calling->folded), calling->folded.n};
    for (uint32_t i = 0; i < calling->pack->watched.n && status == AS_OK; i++) {
        const struct as_phrase *word = &calling->pack->watched.at[i];
        if (!as_fold_has_word(text, as_str_of(word->folded)))
            continue;
        calling->posts[i]++;
        if (calling->all++ >= MOST_CALLS)
            continue;
        struct as_report_table *table = as_section_table(
            r, calling->section, "alerts", "Posts that have a word of the watch, newest first", columns, 7);
        as_table_cell(r, table, as_figure_day(as_day_of(post->time)));
        as_table_cell(r, table, as_figure_text(word->text));
        as_table_cell(r, table, as_figure_text(as_report_text(r, "%s", post->member)));
        status = add_lead(r, table, post->lead, error);
        as_table_cell(r, table, as_figure_text(beginning(r, post->text)));
    }
    return status;
}

static enum as_status add_calls(struct community *c, struct as_report_section *section,
                                struct as_error *error)
{
    static const struct as_report_column columns[] = {{"word", "Word"}, {"posts", "Posts"}};
    struct calling calling = {.c = c, .pack = c->r->report->pack, .section = section};
    if (calling.pack == NULL || calling.pack->watched.n == 0) {
        as_section_note(c->r, section, "no pack watches words (n.watch { words = { \"cancel\" } })");
        return AS_OK;
    }
    calling.posts = as_arena_array(&c->r->report->arena, calling.pack->watched.n, sizeof *calling.posts);
    if (calling.posts == NULL)
        return as_error_memory(error);
    enum as_status status = as_store_posts(c->r->store, &c->window, take_post, &calling, error);
    as_buf_free(&calling.folded);
    if (status != AS_OK)
        return status;
    struct as_report_table *table =
        as_section_table(c->r, section, "words", "Posts by word of the watch", columns, 2);
    for (uint32_t i = 0; i < calling.pack->watched.n; i++) {
        as_table_cell(c->r, table, as_figure_text(calling.pack->watched.at[i].text));
        as_table_cell(c->r, table, as_figure_count(calling.posts[i]));
    }
    if (calling.all > MOST_CALLS)
        as_section_note(c->r, section, "the newest %d of %llu are named: ask for less with --since",
                        MOST_CALLS, (unsigned long long)calling.all);
    return AS_OK;
}

/* --- who posts how often --- */

/* Posts a week since the first one; of four weeks at least, else it says only how eager a beginning was. */
static struct as_figure weekly(const struct community *c, const struct as_post_member *member)
{
    int64_t days = as_day_of(c->window.until) - as_day_of(member->first) + 1;
    if (days < 28)
        return as_figure_none("began lately");
    return (struct as_figure){.kind = AS_FIGURE_NUMBER, .value = 7.0 * (double)member->posts / (double)days};
}

static enum as_status add_members(struct community *c, struct as_report_section *section,
                                  struct as_error *error)
{
    static const struct as_report_column columns[] = {
        {"member", "Member"}, {"lead", "Lead"},       {"name", "Name"},         {"account", "Account"},
        {"posts", "Posts"},   {"per_week", "A week"}, {"last", "Last 30 days"}, {"before", "30 days before"},
        {"newest", "Newest"}};
    enum as_status status = AS_OK;
    struct as_report_table *table =
        as_section_table(c->r, section, "members", "Who posts how often", columns, 9);
    for (uint32_t i = 0; i < c->members.n && i < MOST_MEMBERS && status == AS_OK; i++) {
        const struct as_post_member *member = &c->members.at[i];
        as_table_cell(c->r, table, as_figure_text(member->member));
        status = add_lead(c->r, table, member->lead, error);
        as_table_cell(c->r, table, as_figure_count(member->posts));
        as_table_cell(c->r, table, weekly(c, member));
        as_table_cell(c->r, table, as_figure_count(member->last));
        as_table_cell(c->r, table, as_figure_count(member->before));
        as_table_cell(c->r, table, as_figure_day(as_day_of(member->newest)));
    }
    if (c->members.n > MOST_MEMBERS)
        as_section_note(c->r, section, "of %u members the %d with most posts are shown", c->members.n,
                        MOST_MEMBERS);
    return status;
}

enum as_status as_report_community(struct as_reporting *r, struct as_error *error)
{
    struct community c = {.r = r, .window = {r->report->since, r->report->until, r->report->at, 0}};
    enum as_status status = as_store_post_members(r->store, &c.window, take_member, &c, error);
    bool alone = as_reporting_only(r, AS_REPORT_COMMUNITY);
    if (status != AS_OK || (c.members.n == 0 && !alone))
        return status;
    struct as_report_section *section = as_section_new(r, "community", "Community");
    if (c.members.n == 0) {
        as_section_note(r, section, "no posts (assay import posts)");
        return AS_OK;
    }
    as_section_figure(r, section, "posts", "posts", as_figure_count(c.posts), NULL);
    as_section_figure(r, section, "members", "members who posted", as_figure_count(c.members.n), NULL);
    as_section_figure(r, section, "leads", "of them known as leads", as_figure_share(c.leads, c.members.n),
                      NULL);
    status = as_store_post_tags(r->store, &c.window, take_tag, &c, error);
    if (status == AS_OK)
        add_tags(&c, section);
    if (status == AS_OK)
        status = add_calls(&c, section, error);
    return status == AS_OK ? add_members(&c, section, error) : status;
}
