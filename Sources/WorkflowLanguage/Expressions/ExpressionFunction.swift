/// The functions of the expression language; names are case-insensitive.
enum ExpressionFunction: String, CaseIterable, Sendable {
    case contains, startsWith, endsWith, format, join, toJSON, fromJSON, hashFiles, `case`
    case success, failure, cancelled, always

    private static let byLowercasedName = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0.rawValue.lowercased(), $0) })

    /// The function of that name.
    init?(name: String) {
        guard let function = Self.byLowercasedName[name.lowercased()] else { return nil }
        self = function
    }

    /// How many arguments it takes.
    var arity: ClosedRange<Int> {
        switch self {
        case .contains, .startsWith, .endsWith: 2...2
        case .format, .hashFiles: 1...255
        case .join: 1...2
        case .toJSON, .fromJSON: 1...1
        case .case: 3...255
        case .success, .failure, .cancelled, .always: 0...0
        }
    }

    /// What it asks about the run, where it is one of the status functions.
    var status: StatusFunction? { StatusFunction(rawValue: rawValue) }
}
