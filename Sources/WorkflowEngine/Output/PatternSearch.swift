internal import CLinux

/// A search for many byte strings at once, at about the speed at which memory is read.
///
/// Sendable: what is prepared once is only read afterwards.
final class PatternSearch: @unchecked Sendable {
    private let patterns: OpaquePointer

    /// A string that is looked for.
    struct Pattern: Hashable {
        /// How it may be written.
        enum Spelling: Hashable {
            /// As it is.
            case exact
            /// Each byte as it is or percent-encoded.
            case percent
            /// Each character as it is or as a string of JSON may have it.
            case json
        }

        var bytes: [UInt8]
        var spelling = Spelling.exact
    }

    /// Prepares the search for strings that are not empty.
    init(_ strings: some Collection<Pattern>) {
        let spellings = strings.map { string in
            switch string.spelling {
            case .exact: clinux_exact
            case .percent: clinux_percent
            case .json: clinux_json
            }
        }
        patterns = clinux_patterns_make(
            strings.flatMap(\.bytes), strings.map(\.bytes.count), spellings, strings.count)
    }

    deinit { clinux_patterns_free(patterns) }

    /// Where the first of the strings stands, at `start` or behind it; of several that begin there the longest.
    func first(in bytes: [UInt8], from start: Int = 0) -> Range<Int>? {
        var length = 0
        let found = clinux_patterns_find(patterns, bytes, bytes.count, start, &length)
        return found < bytes.count ? found..<found + length : nil
    }

    /// The length of the longest end of `bytes` that is the beginning of one of the strings, but not all of it.
    func unfinished(_ bytes: [UInt8]) -> Int { clinux_patterns_unfinished(patterns, bytes, bytes.count) }
}
