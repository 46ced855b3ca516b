/// A string that equals only one of the same code points.
///
/// Swift's own equality takes `é` in one code point and in two for the same; in data these are different strings, and
/// different keys.
public struct ExactString: Hashable, Sendable {
    /// The string.
    public let string: String

    /// The string, compared by its code points.
    public init(_ string: String) { self.string = string }

    /// Whether both have the same code points.
    public static func == (left: ExactString, right: ExactString) -> Bool {
        // Swift's equality compares bytes first, and that settles nearly every case.
        left.string.utf8.count == right.string.utf8.count && left.string == right.string
            && left.string.utf8.elementsEqual(right.string.utf8)
    }

    /// Hashes the string; equal strings hash alike.
    public func hash(into hasher: inout Hasher) { hasher.combine(string) }
}
