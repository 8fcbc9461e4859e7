/* The first calls come from many threads at once, and in a program that is compiled with EARLY from a constructor, in front
   of main. Prints which build of the guest runs. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "rustgo_overhead.h"

enum { THREADS = 16 };

static pthread_barrier_t barrier;
static uint8_t a[512], b[512];
static uint64_t sums[THREADS];

#ifdef EARLY
static unsigned early;

__attribute__((constructor(101))) static void before_main(void)
{
    early = which();
}
#endif

static void *call(void *sum)
{
    pthread_barrier_wait(&barrier);
    *(uint64_t *)sum = distance(a, b, 1, 2, 3, 4, 0.5);
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    memset(a, 0x55, sizeof a);
    if (pthread_barrier_init(&barrier, NULL, THREADS) != 0) {
        return 2;
    }
    for (int thread = 0; thread < THREADS; thread++) {
        if (pthread_create(&threads[thread], NULL, call, &sums[thread]) != 0) {
            return 2;
        }
    }
    for (int thread = 0; thread < THREADS; thread++) {
        pthread_join(threads[thread], NULL);
    }
    uint64_t want = distance(a, b, 1, 2, 3, 4, 0.5);
    for (int thread = 0; thread < THREADS; thread++) {
        if (sums[thread] != want) {
            printf("thread %d has another sum\n", thread);
            return 1;
        }
    }
#ifdef EARLY
    if (early != which()) {
        puts("another build ran in front of main");
        return 1;
    }
#endif
    printf("%u\n", which());
    return 0;
}
