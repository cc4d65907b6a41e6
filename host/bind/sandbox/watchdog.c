/* Watchdog: the timers and the signal handler behind as_watchdog_begin. What happens to a call whose time is
 * up belongs to the state (state.c). */
#include "bind/sandbox/watchdog.h"

#include "base/limits.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

#define NO_LIMIT LLONG_MAX
enum { TICK_NS = AS_SCRIPT_TICK_MS * 1000000, IDLE_TICKS = 20 };

/* One timer a thread; `call` is the innermost call that runs there. */
struct as_watch {
    struct as_watchdog *dog;
    struct as_watch *next;
    timer_t timer;
    struct as_watch_call *volatile call;
    volatile sig_atomic_t armed, idle;
};

struct as_watchdog {
    pthread_key_t key; /* the thread's own watch; its destructor ends the timer with the thread */
    pthread_mutex_t lock;
    struct as_watch *all;
    atomic_llong left; /* ticks of all threads together; NO_LIMIT for any number */
};

static int watch_signal(void)
{
    return SIGRTMAX - 2;
}

static void set_timer(struct as_watch *watch, long ns)
{
    struct itimerspec period = {{0, ns}, {0, ns}};
    timer_settime(watch->timer, 0, &period, NULL);
}

/* Runs on the thread that runs Lua: lua_sethook is made for this, and timer_settime is safe in a handler. */
static void on_tick(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    if (info->si_code != SI_TIMER)
        return;
    int saved = errno;
    struct as_watch *watch = info->si_value.sival_ptr;
    struct as_watch_call *call = watch->call;
    if (call == NULL) {
        if (++watch->idle >= IDLE_TICKS) {
            set_timer(watch, 0);
            watch->armed = 0;
        }
    } else {
        watch->idle = 0;
        bool all_spent = atomic_load_explicit(&watch->dog->left, memory_order_relaxed) != NO_LIMIT &&
                         atomic_fetch_sub_explicit(&watch->dog->left, 1, memory_order_relaxed) <= 1;
        if (call->ticks > 0 && (--call->ticks == 0 || all_spent))
            lua_sethook(call->lua, call->spent, LUA_MASKCOUNT, 1);
    }
    errno = saved;
}

static void watch_free(void *pointer)
{
    struct as_watch *watch = pointer;
    struct as_watchdog *dog = watch->dog;
    timer_delete(watch->timer);
    pthread_mutex_lock(&dog->lock);
    for (struct as_watch **at = &dog->all; *at != NULL; at = &(*at)->next)
        if (*at == watch) {
            *at = watch->next;
            break;
        }
    pthread_mutex_unlock(&dog->lock);
    free(watch);
}

static struct as_watch *watch_new(struct as_watchdog *dog)
{
    struct as_watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL)
        return NULL;
    watch->dog = dog;
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = watch_signal()};
    event.sigev_value.sival_ptr = watch;
    event.sigev_notify_thread_id = gettid();
    if (timer_create(CLOCK_MONOTONIC, &event, &watch->timer) != 0) {
        free(watch);
        return NULL;
    }
    sigset_t mine;
    sigemptyset(&mine);
    sigaddset(&mine, watch_signal());
    pthread_sigmask(SIG_UNBLOCK, &mine, NULL);
    pthread_mutex_lock(&dog->lock);
    watch->next = dog->all;
    dog->all = watch;
    pthread_mutex_unlock(&dog->lock);
    if (pthread_setspecific(dog->key, watch) != 0) {
        watch_free(watch);
        return NULL;
    }
    return watch;
}

enum as_status as_watchdog_new(struct as_watchdog **out, struct as_error *error)
{
    *out = NULL;
    struct as_watchdog *dog = calloc(1, sizeof *dog);
    if (dog == NULL)
        return as_error_memory(error);
    if (pthread_key_create(&dog->key, watch_free) != 0) {
        free(dog);
        return as_error_set(error, AS_ERR_LIMIT, "too many packs are loaded at once for this process");
    }
    pthread_mutex_init(&dog->lock, NULL);
    atomic_init(&dog->left, NO_LIMIT);
    struct sigaction action = {.sa_sigaction = on_tick, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(watch_signal(), &action, NULL);
    *out = dog;
    return AS_OK;
}

void as_watchdog_free(struct as_watchdog *dog)
{
    if (dog == NULL)
        return;
    while (dog->all != NULL)
        watch_free(dog->all);
    pthread_key_delete(dog->key);
    pthread_mutex_destroy(&dog->lock);
    free(dog);
}

void as_watchdog_allow(struct as_watchdog *dog, int64_t ms)
{
    atomic_store(&dog->left, ms == 0 ? NO_LIMIT : ms / AS_SCRIPT_TICK_MS + 1);
}

bool as_watchdog_spent(const struct as_watchdog *dog)
{
    return atomic_load(&dog->left) <= 0;
}

bool as_watchdog_begin(struct as_watch_call *call, struct as_watchdog *dog, lua_State *lua, lua_Hook spent,
                       int64_t ms)
{
    *call = (struct as_watch_call){.lua = lua, .spent = spent};
    int64_t ticks = ms / AS_SCRIPT_TICK_MS + 1; /* the first tick may come at once */
    call->ticks = call->all = ticks > SIG_ATOMIC_MAX ? SIG_ATOMIC_MAX : (sig_atomic_t)ticks;
    struct as_watch *watch = pthread_getspecific(dog->key);
    if (watch == NULL && (watch = watch_new(dog)) == NULL)
        return false;
    call->watch = watch;
    call->outer = watch->call;
    atomic_signal_fence(memory_order_seq_cst);
    watch->call = call;
    atomic_signal_fence(memory_order_seq_cst);
    if (!watch->armed) {
        watch->armed = 1;
        set_timer(watch, TICK_NS);
    }
    return true;
}

void as_watchdog_end(struct as_watch_call *call)
{
    if (call->watch != NULL) {
        atomic_signal_fence(memory_order_seq_cst);
        call->watch->call = call->outer;
        atomic_signal_fence(memory_order_seq_cst);
    }
}
