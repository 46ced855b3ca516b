/// A correlation id that somebody gives: it goes into environments, headers of requests and logs.
enum CorrelationID {
    private static let longest = 200

    /// The id, where it is one: printable ASCII without spaces, so that it stands anywhere unquoted.
    static func checked(_ text: String?) throws(CommandFailure) -> String? {
        guard let text else { return nil }
        guard !text.isEmpty, text.utf8.count <= longest, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw CommandFailure(
                "--correlation-id: must be 1 to \(longest) printable ASCII characters without spaces", status: .usage)
        }
        return text
    }
}
