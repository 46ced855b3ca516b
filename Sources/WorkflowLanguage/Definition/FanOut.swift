public import DocumentTree

/// A step that is done once for each of several items (`foreach:`, `matrix:`).
public struct FanOut: Sendable {
    /// Where the items come from.
    public enum Source: Sendable {
        /// `foreach:`, a list: the items are its values, `item` in expressions.
        case list(TemplateValue)
        /// `matrix:`, lists of values by name: the items are all combinations, `matrix` in expressions.
        case matrix(TemplateValue)
    }

    /// Where the items come from.
    public var source: Source
    /// How many items may be under way at once; nil means as many as the runner has room for.
    public var maxParallel: Int?
    /// Whether the failure of an item ends those that are left.
    public var failFast: Bool

    /// The most items that a step may have.
    public static let maximumItems = 1000

    /// The items, in order.
    ///
    /// - Throws: ``FanOutError`` where the source is no list, or has too many items; and what evaluating it throws.
    public func items(in context: some EvaluationContext) throws -> [Value] {
        let items: [Value]
        switch source {
        case .list(let template):
            guard let list = try template.evaluate(in: context).items else {
                throw FanOutError(message: "`foreach` is no list")
            }
            items = list
        case .matrix(let template):
            guard let axes = try template.evaluate(in: context).mapping else {
                throw FanOutError(message: "`matrix` is no mapping")
            }
            items = try MatrixExpansion(axes).combinations().map(Value.mapping)
        }
        guard items.count <= Self.maximumItems else {
            throw FanOutError(message: "\(items.count) items are more than \(Self.maximumItems)")
        }
        return items
    }
}

/// Why a step has no items.
public struct FanOutError: Error, Sendable, CustomStringConvertible {
    /// What is wrong.
    public var message: String

    /// The message.
    public var description: String { message }
}
