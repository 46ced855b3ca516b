extension Configuration {
    /// Whose name a commit's line bears.
    public enum Role: String, Sendable {
        /// Who made the change: `GIT_AUTHOR_NAME`, `author.name`.
        case author
        /// Who made the commit: `GIT_COMMITTER_NAME`, `committer.name`.
        case committer
    }

    /// The person on whose behalf a commit is made, found as git finds it: `GIT_AUTHOR_*` or `GIT_COMMITTER_*`, then
    /// `author.*` or `committer.*`, then `user.*`, then `EMAIL`.
    ///
    /// git would guess a name from the host as a last resort; nobody wants that name in history, so it is an error here.
    ///
    /// - Parameters:
    ///   - environment: the variables to honour; pass an empty dictionary for none.
    ///   - now: the time for a signature whose `GIT_*_DATE` is not set: seconds since 1970 and minutes from UTC.
    /// - Throws: `notFound` with the commands that set an identity; `invalid` for a date that git does not understand.
    public func identity(
        _ role: Role = .author, environment: [String: String], now: (seconds: Int, offsetMinutes: Int)
    ) throws(GitError) -> Signature {
        let prefix = "GIT_\(role.rawValue.uppercased())_"
        let name = try firstOf(environment[prefix + "NAME"], ["\(role.rawValue).name", "user.name"])
        let email =
            try firstOf(environment[prefix + "EMAIL"], ["\(role.rawValue).email", "user.email"]) ?? environment["EMAIL"]
        guard let name, let email else {
            throw GitError(
                .notFound, "find out who you are", nil, "no \(name == nil ? "user.name" : "user.email") is configured",
                hint: "git config --global user.name \"Your Name\" && git config --global user.email you@example.com")
        }
        var signature = Signature(name: name, email: email, seconds: now.seconds, offsetMinutes: now.offsetMinutes)
        if let date = environment[prefix + "DATE"], !date.isEmpty {
            guard let time = GitDate.parse(date, defaultOffsetMinutes: now.offsetMinutes) else {
                throw GitError(
                    .invalid, "read date", prefix + "DATE", "'\(date)' is no date",
                    hint: "write it as 2026-11-21T14:30:00+01:00")
            }
            (signature.seconds, signature.offsetMinutes) = time
        }
        return signature
    }

    private func firstOf(_ given: String?, _ keys: [String]) throws(GitError) -> String? {
        if let given = given.map(Configuration.withoutCrud), !given.isEmpty { return given }
        for key in keys {
            if let value = try string(key).map(Configuration.withoutCrud), !value.isEmpty { return value }
        }
        return nil
    }

    /// What git does to names (`strbuf_addstr_without_crud`): no `<`, `>` and line breaks, no punctuation around.
    private static func withoutCrud(_ text: String) -> String {
        let isCrud = { (byte: UInt8) in
            byte <= 32 || [0x2E, 0x2C, 0x3A, 0x3B, 0x3C, 0x3E, 0x22, 0x5C, 0x27].contains(byte)
        }
        var bytes = Array(text.utf8)[...]
        while let last = bytes.last, isCrud(last) { bytes.removeLast() }
        while let first = bytes.first, isCrud(first) { bytes.removeFirst() }
        return String(decoding: bytes.filter { ![0x0A, 0x3C, 0x3E, 0].contains($0) }, as: UTF8.self)
    }
}
