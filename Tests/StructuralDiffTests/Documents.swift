import DocumentTree
import Foundation
import StructuralDiff
import Testing

/// The comparison of two texts of YAML.
func compare(_ old: String, _ new: String) throws -> Comparison {
    try Comparison(
        old: DocumentStream.parse(Array(old.utf8), name: "a.yaml"),
        new: DocumentStream.parse(Array(new.utf8), name: "b.yaml"))
}

/// The changes between two texts of YAML, in short: `moved steps[a]`.
func changes(_ old: String, _ new: String) throws -> [String] {
    try compare(old, new).changes.changes.map { "\($0.kind.rawValue) \($0.path)" }
}

/// A generator of random numbers that starts the same each time.
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014 (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// `RANDOM_SEED` gives all of them other numbers.
    init(seed: UInt64) {
        state = seed &+ (ProcessInfo.processInfo.environment["RANDOM_SEED"].flatMap(UInt64.init) ?? 0)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// How many random cases a property is tried with: a tenth of `count`, or all of them where `ALL_RANDOM_CASES` is set.
func randomCases(_ count: Int) -> Int {
    ProcessInfo.processInfo.environment["ALL_RANDOM_CASES"] == nil ? count / 10 : count
}
