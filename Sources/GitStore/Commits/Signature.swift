/// Who did something and when, as a commit records it.
public struct Signature: Hashable, Sendable, CustomStringConvertible {
    /// The person's name.
    public var name: String
    /// The person's address.
    public var email: String
    /// Seconds since 1970-01-01 00:00 UTC.
    public var seconds: Int
    /// The clock's distance from UTC at that place and time, in minutes; positive east of Greenwich.
    public var offsetMinutes: Int

    /// Makes a signature from its parts. They are checked when it is written.
    public init(name: String, email: String, seconds: Int, offsetMinutes: Int = 0) {
        self.name = name
        self.email = email
        self.seconds = seconds
        self.offsetMinutes = offsetMinutes
    }

    /// The form in commits: `Ada Lovelace <ada@example.org> 1700000000 +0100`.
    public var description: String {
        let minutes = offsetMinutes.magnitude
        let hours = minutes / 60
        let rest = minutes % 60
        let zone = "\(offsetMinutes < 0 ? "-" : "+")\(hours < 10 ? "0" : "")\(hours)\(rest < 10 ? "0" : "")\(rest)"
        return "\(name) <\(email)> \(seconds) \(zone)"
    }

    /// Parses the form in commits, as leniently as git does: broken dates become 0.
    init(parsing line: some StringProtocol) {
        let text = Substring(line)
        let bytes = text.utf8
        let open = bytes.firstIndex(of: UInt8(ascii: "<")) ?? bytes.endIndex
        let close = bytes.lastIndex(of: UInt8(ascii: ">")) ?? bytes.endIndex
        var name = bytes[..<open]
        while name.last == UInt8(ascii: " ") { name.removeLast() }
        self.name = String(Substring(name))
        guard open < close else {
            (email, seconds, offsetMinutes) = ("", 0, 0)
            return
        }
        email = String(text[bytes.index(after: open)..<close])
        let fields =
            close == bytes.endIndex ? [] : bytes[bytes.index(after: close)...].split(separator: UInt8(ascii: " "))
        seconds = fields.first.flatMap { Int(Substring($0)) } ?? 0
        offsetMinutes = fields.count > 1 ? Signature.minutes(ofZone: Substring(fields[1])) ?? 0 : 0
    }

    /// The minutes of a zone such as `+0530` or `-0800`.
    static func minutes(ofZone zone: some StringProtocol) -> Int? {
        guard let sign = zone.first, sign == "+" || sign == "-", zone.utf8.count == 5,
            let number = Int(zone.dropFirst()), number >= 0
        else { return nil }
        let minutes = number / 100 * 60 + number % 100
        return sign == "-" ? -minutes : minutes
    }

    /// Refuses what would break a commit's header.
    func validate() throws(GitError) {
        for field in [name, email] where field.utf8.contains(where: { [0, 0x0A, 0x3C, 0x3E].contains($0) }) {
            throw GitError(
                .invalid, "write signature", description, "a name or an address can't hold <, >, a line break or NUL")
        }
        guard !name.isEmpty else {
            throw GitError(.invalid, "write signature", description, "the name is empty")
        }
        guard offsetMinutes.magnitude < 100 * 60 else {
            throw GitError(.invalid, "write signature", description, "the offset from UTC is out of range")
        }
    }
}
