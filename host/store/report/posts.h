/* Posts: what members of a community wrote (`assay import posts`), and who of them is a lead. */
#ifndef AS_STORE_POSTS_H
#define AS_STORE_POSTS_H

#include "store/store.h"

/* Posts from `since` (AS_TIME_NONE: ever) up to `until`, as known at `at`. */
struct as_post_window {
    int64_t since, until, at;
    int64_t known_since; /* of as_store_posts: came in or was edited then or later; 0: whenever */
};
/* Counts beside all of the window are of the last so many days, and of as many before them. */
enum { AS_POST_DAYS = 30 };

/* Strings live during the call; community and text "" where there is none. */
struct as_post {
    int64_t id;
    const char *system, *external_id; /* external_id NULL: it has none */
    const char *member;               /* the name there, else the address */
    int64_t lead; /* whom the address or, within its system, the name is of; 0: nobody known */
    int64_t time;
    const char *community, *text;
};
typedef enum as_status (*as_post_fn)(void *context, const struct as_post *post, struct as_error *error);
/* From when on posts are news to a run of the pack: from a day before the newest other run that held nothing
 * back, since a run as of a day knows of its end before it comes, and after the first run in any case.
 * AS_TIME_NONE: there is none. */
enum as_status as_store_posts_told(int64_t *known_since, struct as_store *store, const char *pack,
                                   int64_t run, struct as_error *error);
/* Newest first. */
enum as_status as_store_posts(struct as_store *store, const struct as_post_window *window, as_post_fn each,
                              void *context, struct as_error *error);

struct as_post_tag {
    const char *tag; /* folded */
    uint64_t posts, members, last, before;
};
typedef enum as_status (*as_post_tag_fn)(void *context, const struct as_post_tag *tag,
                                         struct as_error *error);
/* Most posts first. A post with several tags is one of each; a lead's several names are one member. */
enum as_status as_store_post_tags(struct as_store *store, const struct as_post_window *window,
                                  as_post_tag_fn each, void *context, struct as_error *error);

struct as_post_member {
    const char *member;                 /* one of the names */
    int64_t lead;                       /* 0: nobody known */
    uint64_t posts, days, last, before; /* days: on which they posted */
    int64_t first, newest;
};
typedef enum as_status (*as_post_member_fn)(void *context, const struct as_post_member *member,
                                            struct as_error *error);
/* Most posts first. */
enum as_status as_store_post_members(struct as_store *store, const struct as_post_window *window,
                                     as_post_member_fn each, void *context, struct as_error *error);

#endif
