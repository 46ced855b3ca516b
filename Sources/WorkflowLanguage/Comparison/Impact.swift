/// What a change means for somebody who relies on a workflow.
public enum Impact: String, Hashable, Sendable, CaseIterable, Comparable {
    /// Nothing that happens changes.
    case cosmetic
    /// What worked before works still, though perhaps in another way.
    case compatible
    /// What worked before may not work any more.
    case breaking

    /// The order from `cosmetic` to `breaking`.
    public static func < (left: Impact, right: Impact) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .cosmetic: 0
        case .compatible: 1
        case .breaking: 2
        }
    }
}

/// Who relies on a workflow.
public enum Audience: String, Hashable, Sendable, CaseIterable {
    /// Whoever starts it: people, triggers, other workflows, programs.
    case callers
    /// Runs that the old version started and that a person resumes or retries on the new one.
    case runs
}

/// What a difference means for an audience, and why.
public struct Effect: Hashable, Sendable {
    /// How much it matters.
    public var impact: Impact
    /// Why, in a few words: `input day is required now`.
    public var reason: String

    /// An effect.
    public init(_ impact: Impact, _ reason: String) {
        self.impact = impact
        self.reason = reason
    }

    static func cosmetic(_ reason: String) -> Effect { Effect(.cosmetic, reason) }
    static func compatible(_ reason: String) -> Effect { Effect(.compatible, reason) }
    static func breaking(_ reason: String) -> Effect { Effect(.breaking, reason) }
}
