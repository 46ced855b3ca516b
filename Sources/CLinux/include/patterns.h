/// A search for many byte strings at once, in vector code that Swift can't choose at run time.
#pragma once

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Byte strings that are looked for. It does not change once it is made, so that any number of threads may use it.
struct clinux_patterns;

/// How a string may be written where it is looked for.
enum clinux_spelling {
    /// As it is.
    clinux_exact,
    /// Each byte as it is or as `%XX`, a space also as `+`; a `%` only as `%25`. So all encoders of URLs and forms are covered,
    /// whichever bytes they leave as they are.
    clinux_percent,
    /// Each character as it is or as a string of JSON may have it: `\n`, `\/`, `\u00e9`; a backslash only so.
    clinux_json,
};

/// Prepares the search for `count` strings, none of them empty, whose bytes stand one behind the other, each in the spellings
/// that `spellings` says. They are copied. Where there is no memory the process ends, as it does where Swift finds none.
struct clinux_patterns *clinux_patterns_make(
    const uint8_t *bytes, const size_t *lengths, const enum clinux_spelling *spellings, size_t count);

/// Forgets them, and clears the memory that they had.
void clinux_patterns_free(struct clinux_patterns *patterns);

/// Where the first of the strings begins in `bytes`, at `from` or behind it, and in `found` the length of the longest text of
/// one that begins there; `length` where there is none.
size_t clinux_patterns_find(
    const struct clinux_patterns *patterns, const uint8_t *bytes, size_t length, size_t from, size_t *found);

/// The same without vector instructions: what processors get that lack them, and what tests compare with.
size_t clinux_patterns_find_plainly(
    const struct clinux_patterns *patterns, const uint8_t *bytes, size_t length, size_t from, size_t *found);

/// The length of the longest end of `bytes` that is the beginning of one of the strings, but not all of it.
size_t clinux_patterns_unfinished(const struct clinux_patterns *patterns, const uint8_t *bytes, size_t length);

#pragma clang assume_nonnull end
