internal import CLibgit2

extension Commit {
    /// The `Key: value` lines that end the message, by git-interpret-trailers(1)'s rules, in their order.
    public var trailers: [(key: String, value: String)] {
        var list = git_message_trailer_array()
        guard git_message_trailers(&list, message) == 0 else { return [] }
        defer { git_message_trailer_array_free(&list) }
        return UnsafeBufferPointer(start: list.trailers, count: list.count).compactMap { trailer in
            guard let key = trailer.key, let value = trailer.value else { return nil }
            let text = String(cString: value)
            // The carriage return of a message whose lines end in two characters.
            return (String(cString: key), text.utf8.last == 0x0D ? String(text.unicodeScalars.dropLast()) : text)
        }
    }

    /// The value of the last trailer of that key, in whichever case it is written.
    public func trailer(_ key: String) -> String? {
        trailers.last { $0.key.lowercased() == key.lowercased() }?.value
    }
}
