internal import CLinux

/// Whether a YAML or JSON text may hold a word within one of its scalars: false is certain, and much cheaper to find out
/// than by parsing.
///
/// A scalar can spell a word without spaces otherwise only by an escape (YAML 1.2.2 §5.7), so a text with a backslash may
/// hold any word.
public func mayMention(_ word: String, in text: [UInt8]) -> Bool {
    text.withUnsafeBytes { text in
        [Array(word.utf8), [0x5C]].contains { needle in
            needle.withUnsafeBytes { clinux_find(text.baseAddress, text.count, $0.baseAddress, $0.count) != nil }
        }
    }
}
