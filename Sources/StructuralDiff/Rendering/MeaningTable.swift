/// What differences mean, told by a layer that knows what the documents are: a part of a page below the differences.
public struct MeaningTable: Hashable, Sendable {
    /// How much a cell matters.
    public enum Weight: String, Hashable, Sendable {
        case low, middle, high
    }

    /// A cell.
    public struct Cell: Hashable, Sendable {
        /// A word that stands out, with its weight: `breaking`.
        public var verdict: (word: String, weight: Weight)? { word.map { ($0, weight) } }
        /// The text behind it.
        public var text: String
        private let word: String?
        private let weight: Weight

        /// A cell of text alone.
        public init(_ text: String) { (self.text, word, weight) = (text, nil, .low) }

        /// A cell with a verdict.
        public init(_ word: String, _ weight: Weight, _ text: String) {
            (self.text, self.word, self.weight) = (text, word, weight)
        }
    }

    /// What stands above it.
    public var title: String
    /// What stands above the cells.
    public var columns: [String]
    /// The rows, a cell a column.
    public var rows: [[Cell]]

    /// A table.
    public init(title: String, columns: [String], rows: [[Cell]]) {
        self.title = title
        self.columns = columns
        self.rows = rows
    }
}
