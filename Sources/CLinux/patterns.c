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

/// How many bytes stand for one byte of a pattern at most, by the spelling.
static const size_t longest_form[] = {[clinux_exact] = 1, [clinux_percent] = 3, [clinux_json] = 6};

struct pattern {
    const uint8_t *bytes;
    size_t length;
    enum clinux_spelling spelling;
};

struct clinux_patterns {
    size_t count;
    /// The length of the longest text that one of them may be.
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
    if (order) return order;
    if (a->length != b->length) return a->length > b->length ? 1 : -1;
    return (int)a->spelling - (int)b->spelling;
}

/// The number that a hexadecimal digit stands for; -1 where it is none.
static int digit(uint8_t byte) {
    if (byte >= '0' && byte <= '9') return byte - '0';
    const uint8_t lower = byte | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The letter behind a backslash with which JSON writes a byte; 0 where there is none.
static uint8_t short_escape(uint8_t byte) {
    switch (byte) {
    case '"': case '\\': case '/': return byte;
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
    }
}

/// The code point in UTF-8 at `bytes`, and in `size` how many bytes it has; its first byte alone where it is none.
static uint32_t code_point(const uint8_t *bytes, size_t available, size_t *size) {
    static const uint8_t lead[] = {0xC0, 0xE0, 0xF0}, mask[] = {0x1F, 0x0F, 0x07};
    *size = 1;
    for (size_t more = 3; more; more--) {
        if ((bytes[0] & (uint8_t)~mask[more - 1]) != lead[more - 1] || available <= more) continue;
        uint32_t point = bytes[0] & mask[more - 1];
        size_t i = 1;
        for (; i <= more && (bytes[i] & 0xC0) == 0x80; i++) point = point << 6 | (bytes[i] & 0x3F);
        if (i <= more) break;
        *size = more + 1;
        return point;
    }
    return bytes[0];
}

/// `\uXXXX` of the code point, or two of them (RFC 8259, section 7); returns the length, 6 or 12.
static size_t long_escape(uint32_t point, uint8_t *text) {
    static const char digits[] = "0123456789abcdef";
    const int pair = point > 0xFFFF;
    const uint32_t units[] = {
        pair ? 0xD800 + ((point - 0x10000) >> 10 & 0x3FF) : point, 0xDC00 + ((point - 0x10000) & 0x3FF)};
    for (int unit = 0; unit <= pair; unit++) {
        *text++ = '\\';
        *text++ = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) *text++ = (uint8_t)digits[units[unit] >> shift & 15];
    }
    return pair ? 12 : 6;
}

/// A way to write the beginning of a pattern.
struct form {
    uint8_t text[12];
    size_t length;
    /// How many bytes of the pattern it stands for.
    size_t of;
    /// From where on the case of letters does not matter, because they are hexadecimal digits; `length` where it does.
    size_t digits;
};

enum { most_forms = 3 };

/// The ways to write what `bytes` begins with. No two of them begin alike, so that a text can be followed without a choice.
static size_t forms_of(
    enum clinux_spelling spelling, const uint8_t *bytes, size_t available, struct form forms[most_forms]) {
    const uint8_t byte = bytes[0];
    const uint8_t escape = spelling == clinux_json ? '\\' : '%';
    size_t count = 0;
    if (spelling == clinux_exact || byte != escape)
        forms[count++] = (struct form){.text = {byte}, .length = 1, .of = 1, .digits = 1};
    if (spelling == clinux_percent) {
        static const char digits[] = "0123456789abcdef";
        forms[count++] = (struct form){
            .text = {'%', (uint8_t)digits[byte >> 4], (uint8_t)digits[byte & 15]}, .length = 3, .of = 1, .digits = 1};
        if (byte == ' ') forms[count++] = (struct form){.text = {'+'}, .length = 1, .of = 1, .digits = 1};
    } else if (spelling == clinux_json) {
        struct form *form = &forms[count++];
        form->length = long_escape(code_point(bytes, available, &form->of), form->text);
        form->digits = 2;
        if (short_escape(byte))
            forms[count++] = (struct form){.text = {'\\', short_escape(byte)}, .length = 2, .of = 1, .digits = 2};
    }
    return count;
}

/// Whether `text` begins with the form, or is the beginning of it: of how many bytes of the text that can be told.
static int begins(const struct form *form, const uint8_t *text, size_t available) {
    for (size_t i = 0; i < form->length && i < available; i++) {
        if (text[i] == form->text[i]) continue;
        // The second `u` of a pair is in its place, whatever is said of digits.
        if (i < form->digits || digit(text[i]) < 0 || digit(text[i]) != digit(form->text[i])) return 0;
    }
    return 1;
}

/// The length of the text with which `text` spells the pattern; 0 where it does not. `is_cut` says whether it might, if
/// the text went on.
static size_t spelled(const struct pattern *pattern, const uint8_t *text, size_t available, int *is_cut) {
    size_t at = 0;
    *is_cut = 0;
    for (size_t done = 0; done < pattern->length;) {
        struct form forms[most_forms];
        const uint8_t *rest = pattern->bytes + done;
        // Most bytes stand for themselves.
        if (at < available && text[at] == *rest && *rest != '%' && *rest != '\\') {
            at++;
            done++;
            continue;
        }
        const size_t count = forms_of(pattern->spelling, rest, pattern->length - done, forms);
        size_t i = 0;
        while (i < count && !begins(&forms[i], text + at, available - at)) i++;
        if (i == count) return 0;
        if (forms[i].length > available - at) {
            *is_cut = 1;
            return 0;
        }
        at += forms[i].length;
        done += forms[i].of;
    }
    return at;
}

/// The length of the text at `text` that is the pattern; 0 where there is none.
static size_t length_of(const struct pattern *pattern, const uint8_t *text, size_t available) {
    if (pattern->spelling == clinux_exact)
        return pattern->length <= available && !memcmp(text, pattern->bytes, pattern->length) ? pattern->length : 0;
    int is_cut;
    return spelled(pattern, text, available, &is_cut);
}

/// Whether `text`, which ends there, is the beginning of the pattern, but not all of it.
static int is_cut_off(const struct pattern *pattern, const uint8_t *text, size_t length) {
    if (pattern->spelling == clinux_exact)
        return pattern->length > length && !memcmp(text, pattern->bytes, length);
    int is_cut;
    spelled(pattern, text, length, &is_cut);
    return is_cut;
}

static void allow(struct clinux_patterns *set, int place, uint8_t byte, uint8_t bucket) {
    set->whole[place][byte] |= bucket;
    set->low[place][byte & 15] |= bucket;
    set->high[place][byte >> 4] |= bucket;
}

/// Enters into the tables, from `place` on, all texts with which the rest of a pattern may begin.
static void allow_all(
    struct clinux_patterns *set, int place, enum clinux_spelling spelling, const uint8_t *rest, size_t length,
    uint8_t bucket) {
    if (place >= depth) return;
    if (!length) {
        for (; place < depth; place++)
            for (int byte = 0; byte < 256; byte++) allow(set, place, (uint8_t)byte, bucket);
        return;
    }
    struct form forms[most_forms];
    const size_t count = forms_of(spelling, rest, length, forms);
    for (size_t i = 0; i < count; i++) {
        for (size_t at = 0; at < forms[i].length && place + (int)at < depth; at++) {
            const uint8_t byte = forms[i].text[at];
            allow(set, place + (int)at, byte, bucket);
            if (at >= forms[i].digits && byte >= 'a') allow(set, place + (int)at, byte & 0xDF, bucket);
        }
        allow_all(set, place + (int)forms[i].length, spelling, rest + forms[i].of, length - forms[i].of, bucket);
    }
}

struct clinux_patterns *clinux_patterns_make(
    const uint8_t *bytes, const size_t *lengths, const enum clinux_spelling *spellings, size_t count) {
    struct clinux_patterns *set = calloc(1, sizeof *set + count * sizeof(struct pattern));
    if (!set) abort();
    for (size_t i = 0; i < count; i++) set->bytes_size += lengths[i];
    set->bytes = malloc(set->bytes_size + 1);
    if (!set->bytes) abort();
    if (set->bytes_size) memcpy(set->bytes, bytes, set->bytes_size);
    set->count = count;
    const uint8_t *next = set->bytes;
    for (size_t i = 0; i < count; i++) {
        set->list[i] = (struct pattern){next, lengths[i], spellings[i]};
        const size_t longest = lengths[i] * longest_form[spellings[i]];
        if (longest > set->longest) set->longest = longest;
        next += lengths[i];
    }
    qsort(set->list, count, sizeof(struct pattern), compare);
    for (int b = 0; b < buckets; b++) {
        const size_t end = count * (size_t)(b + 1) / buckets;
        for (size_t i = set->first[b]; i < end; i++) {
            const struct pattern *pattern = &set->list[i];
            allow_all(set, 0, pattern->spelling, pattern->bytes, pattern->length, (uint8_t)(1 << b));
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
            const size_t length = length_of(&set->list[i], at, available);
            if (length > longest) longest = length;
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
#if __has_include(<sys/platform/x86.h>)
// What the loader found (x86 feature detection of glibc 2.33). `__builtin_cpu_supports` asks the processor again at the start of
// every process, which in a virtual machine takes 60 µs.
#include <sys/platform/x86.h>
#define has_vectors() CPU_FEATURE_ACTIVE(AVX2)
#else
#define has_vectors() __builtin_cpu_supports("avx2")
#endif
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
                if (is_cut_off(&set->list[i], end, size)) return size;
        }
    }
    return 0;
}
