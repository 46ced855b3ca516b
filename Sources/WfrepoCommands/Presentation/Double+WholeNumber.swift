extension Double {
    /// A whole number without a point; for numbers of moderate size.
    var formattedInteger: String { Int(exactly: rounded()).map(String.init) ?? description }
}
