#define _GNU_SOURCE
#include "patterns.h"

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

// The strings are spread over eight buckets. For each of the first three bytes of a place, a table says which buckets have a
// string with that byte there; a place where the three answers share a bucket is a candidate, and is compared. With vectors a
// table is asked by the low half of a byte and by the high half, sixteen entries each, for a whole vector of places at once.
// The idea is Teddy's, of Hyperscan (Wang et al., "Hyperscan: A Fast Multi-pattern Regex Matcher", NSDI 2019).

enum { buckets = 8, depth = 3 };

struct pattern {
    const uint8_t *bytes;
    size_t length;
};

struct clinux_patterns {
    size_t count;
    size_t longest;
    size_t bytes_size;
    /// Of the first bytes: the buckets that have such a one there. A string that is shorter takes any.
    uint8_t whole[depth][256];
    uint8_t low[depth][16];
    uint8_t high[depth][16];
    /// The strings of bucket b are those from `first[b]` to `first[b + 1]`.
    size_t first[buckets + 1];
    uint8_t *bytes;
    /// Sorted, so that what begins alike shares a bucket.
    struct pattern list[];
};

static int compare(const void *left, const void *right) {
    const struct pattern *a = left, *b = right;
    const size_t common = a->length < b->length ? a->length : b->length;
    const int order = memcmp(a->bytes, b->bytes, common);
    return order ? order : (a->length > b->length) - (a->length < b->length);
}

static void allow(struct clinux_patterns *set, int place, uint8_t byte, uint8_t bucket) {
    set->whole[place][byte] |= bucket;
    set->low[place][byte & 15] |= bucket;
    set->high[place][byte >> 4] |= bucket;
}

struct clinux_patterns *clinux_patterns_make(const uint8_t *bytes, const size_t *lengths, size_t count) {
    struct clinux_patterns *set = calloc(1, sizeof *set + count * sizeof(struct pattern));
    if (!set) abort();
    for (size_t i = 0; i < count; i++) set->bytes_size += lengths[i];
    set->bytes = malloc(set->bytes_size + 1);
    if (!set->bytes) abort();
    if (set->bytes_size) memcpy(set->bytes, bytes, set->bytes_size);
    set->count = count;
    const uint8_t *next = set->bytes;
    for (size_t i = 0; i < count; i++) {
        set->list[i] = (struct pattern){next, lengths[i]};
        if (lengths[i] > set->longest) set->longest = lengths[i];
        next += lengths[i];
    }
    qsort(set->list, count, sizeof(struct pattern), compare);
    for (int b = 0; b < buckets; b++) {
        const size_t end = count * (size_t)(b + 1) / buckets;
        for (size_t i = set->first[b]; i < end; i++) {
            for (int place = 0; place < depth; place++) {
                if ((size_t)place < set->list[i].length) {
                    allow(set, place, set->list[i].bytes[place], (uint8_t)(1 << b));
                } else {
                    for (int byte = 0; byte < 256; byte++) allow(set, place, (uint8_t)byte, (uint8_t)(1 << b));
                }
            }
        }
        set->first[b + 1] = end;
    }
    return set;
}

void clinux_patterns_free(struct clinux_patterns *set) {
    explicit_bzero(set->bytes, set->bytes_size);
    free(set->bytes);
    free(set);
}

/// The length of the longest string that begins there, of those in the buckets; 0 where there is none.
static size_t longest_at(const struct clinux_patterns *set, unsigned in, const uint8_t *at, size_t available) {
    size_t longest = 0;
    for (; in; in &= in - 1) {
        const int bucket = __builtin_ctz(in);
        for (size_t i = set->first[bucket]; i < set->first[bucket + 1]; i++) {
            const struct pattern *pattern = &set->list[i];
            if (pattern->length > longest && pattern->length <= available && !memcmp(at, pattern->bytes, pattern->length))
                longest = pattern->length;
        }
    }
    return longest;
}

/// The length of the longest string at `bytes[at]`; 0 where none begins there.
static size_t match(const struct clinux_patterns *set, const uint8_t *bytes, size_t length, size_t at) {
    unsigned in = set->whole[0][bytes[at]];
    for (size_t place = 1; in && place < depth && at + place < length; place++)
        in &= set->whole[place][bytes[at + place]];
    return in ? longest_at(set, in, bytes + at, length - at) : 0;
}

size_t clinux_patterns_find_plainly(
    const struct clinux_patterns *set, const uint8_t *bytes, size_t length, size_t from, size_t *found) {
    for (size_t at = from; at < length; at++) {
        if (!set->whole[0][bytes[at]]) continue;
        const size_t size = match(set, bytes, length, at);
        if (size) {
            *found = size;
            return at;
        }
    }
    return length;
}

#if defined(__x86_64__)

#define vectorised __attribute__((target("avx2")))
#define has_vectors() __builtin_cpu_supports("avx2")
enum { width = 32 };
typedef __m256i vector;

vectorised static inline vector table(const uint8_t *entries) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)entries));
}

/// For each byte of the vector, the buckets that have it at that place.
vectorised static inline vector look_up(vector low, vector high, const uint8_t *bytes) {
    const vector halves = _mm256_set1_epi8(15), value = _mm256_loadu_si256((const vector *)bytes);
    const vector upper = _mm256_and_si256(_mm256_srli_epi16(value, 4), halves);
    return _mm256_and_si256(
        _mm256_shuffle_epi8(low, _mm256_and_si256(value, halves)), _mm256_shuffle_epi8(high, upper));
}

vectorised static inline vector both(vector a, vector b) { return _mm256_and_si256(a, b); }

/// A bit for each byte that is not zero.
vectorised static inline uint64_t places(vector v) {
    return ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_setzero_si256())) & 0xFFFFFFFF;
}

enum { bits_per_place = 1 };

#elif defined(__aarch64__)

#define vectorised
#define has_vectors() 1
enum { width = 16 };
typedef uint8x16_t vector;

static inline vector table(const uint8_t *entries) { return vld1q_u8(entries); }

static inline vector look_up(vector low, vector high, const uint8_t *bytes) {
    const vector value = vld1q_u8(bytes);
    return vandq_u8(vqtbl1q_u8(low, vandq_u8(value, vdupq_n_u8(15))), vqtbl1q_u8(high, vshrq_n_u8(value, 4)));
}

static inline vector both(vector a, vector b) { return vandq_u8(a, b); }

/// Four bits for each byte that is not zero.
static inline uint64_t places(vector v) {
    const uint16x8_t there = vreinterpretq_u16_u8(vtstq_u8(v, v));
    return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(there, 4)), 0) & 0x1111111111111111;
}

enum { bits_per_place = 4 };

#endif

#ifdef vectorised

vectorised static size_t find_by_vectors(
    const struct clinux_patterns *set, const uint8_t *bytes, size_t length, size_t from, size_t *found) {
    const vector low0 = table(set->low[0]), low1 = table(set->low[1]), low2 = table(set->low[2]);
    const vector high0 = table(set->high[0]), high1 = table(set->high[1]), high2 = table(set->high[2]);
    size_t at = from;
    for (; length - at >= width + depth - 1; at += width) {
        const uint8_t *block = bytes + at;
        const vector in = both(
            look_up(low0, high0, block), both(look_up(low1, high1, block + 1), look_up(low2, high2, block + 2)));
        for (uint64_t candidates = places(in); candidates; candidates &= candidates - 1) {
            const size_t place = at + (size_t)__builtin_ctzll(candidates) / bits_per_place;
            const size_t size = match(set, bytes, length, place);
            if (size) {
                *found = size;
                return place;
            }
        }
    }
    // The rest is shorter than a vector.
    return clinux_patterns_find_plainly(set, bytes, length, at, found);
}

size_t clinux_patterns_find(
    const struct clinux_patterns *set, const uint8_t *bytes, size_t length, size_t from, size_t *found) {
    if (from >= length || !has_vectors()) return clinux_patterns_find_plainly(set, bytes, length, from, found);
    return find_by_vectors(set, bytes, length, from, found);
}

#else

size_t clinux_patterns_find(
    const struct clinux_patterns *set, const uint8_t *bytes, size_t length, size_t from, size_t *found) {
    return clinux_patterns_find_plainly(set, bytes, length, from, found);
}

#endif

size_t clinux_patterns_unfinished(const struct clinux_patterns *set, const uint8_t *bytes, size_t length) {
    size_t size = set->longest < 1 ? 0 : set->longest - 1;
    for (size = size < length ? size : length; size; size--) {
        const uint8_t *end = bytes + length - size;
        for (unsigned in = set->whole[0][*end]; in; in &= in - 1) {
            const int bucket = __builtin_ctz(in);
            for (size_t i = set->first[bucket]; i < set->first[bucket + 1]; i++)
                if (set->list[i].length > size && !memcmp(end, set->list[i].bytes, size)) return size;
        }
    }
    return 0;
}
