/// One list, the latest first, of what is known and of what is found one by one.
struct LatestFirst<Element, Key: Comparable> {
    /// The latest last.
    private var known: [Element]
    private var left: Int
    private let key: (Element) -> Key
    private let isReplaced: (Element) -> Bool

    /// - Parameters:
    ///   - limit: How many are given at most.
    ///   - known: Of any order.
    ///   - key: Tells which of two is the later one.
    ///   - isReplaced: Whether a known one is left out where another of its key is found.
    init(
        _ limit: Int, of known: [Element], by key: @escaping (Element) -> Key,
        isReplaced: @escaping (Element) -> Bool = { _ in false }
    ) {
        self.known = known.sorted { key($0) < key($1) }
        left = limit
        self.key = key
        self.isReplaced = isReplaced
    }

    /// Gives `body` the next one that was found, behind the known ones that are later.
    mutating func give(_ found: Element, to body: (Element) throws -> Void) throws {
        while let next = known.last, key(next) >= key(found) {
            known.removeLast()
            if key(next) > key(found) || !isReplaced(next) { try count(next, body) }
        }
        try count(found, body)
    }

    /// Gives `body` the known ones that are left, when no more are found.
    mutating func giveRest(to body: (Element) throws -> Void) throws {
        while let next = known.popLast() { try count(next, body) }
    }

    private mutating func count(_ element: Element, _ body: (Element) throws -> Void) throws {
        guard left > 0 else { return }
        left -= 1
        try body(element)
    }
}
