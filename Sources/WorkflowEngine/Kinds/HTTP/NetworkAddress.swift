internal import Glibc

/// An IP address.
struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
    /// Four bytes or sixteen, the highest first.
    let bytes: [UInt8]

    /// An address of four or sixteen bytes.
    init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// An IPv4 address in any spelling that inet_aton(3) reads: `169.254.169.254`, `0xA9FEA9FE`, `2852039166`, `0251.0376.43518`.
    init?(version4InAnySpelling text: String) {
        var address = in_addr()
        // inet_aton(3) leaves aside what follows a blank.
        guard !text.utf8.contains(where: { $0 <= 32 }), inet_aton(text, &address) != 0 else { return nil }
        bytes = withUnsafeBytes(of: address.s_addr) { Array($0) }
    }

    /// An IPv6 address, without a zone.
    init?(version6 text: String) {
        var address = in6_addr()
        guard inet_pton(AF_INET6, text, &address) == 1 else { return nil }
        bytes = withUnsafeBytes(of: address) { Array($0) }
    }

    /// The address that a host written as an address is.
    init?(_ host: String) {
        guard let address = NetworkAddress(version4InAnySpelling: host) ?? NetworkAddress(version6: host) else {
            return nil
        }
        self = address
    }

    var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard bytes.withUnsafeBytes({ inet_ntop(family, $0.baseAddress, &text, socklen_t(text.count)) }) != nil else {
            return ""
        }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The IPv4 address that an IPv6 address stands for: mapped (RFC 4291, section 2.5.5.2), compatible (2.5.5.1), translated
    /// (RFC 6052, RFC 2765) or as a 6to4 network (RFC 3056).
    private var embedded: NetworkAddress? {
        guard bytes.count == 16 else { return nil }
        let last = NetworkAddress(bytes: Array(bytes[12...]))
        if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == bytes[11], bytes[10] == 0xFF || bytes[10] == 0 {
            let isLoopback = bytes[10] == 0 && bytes[12..<15].allSatisfy { $0 == 0 }
            return isLoopback ? nil : last
        }
        if bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0]) { return last }
        if bytes.starts(with: [0, 0x64, 0xFF, 0x9B]) { return last }
        if bytes.starts(with: [0x20, 0x02]) { return NetworkAddress(bytes: Array(bytes[2..<6])) }
        return nil
    }

    /// Why nothing connects there unless it is allowed; nil for other addresses.
    ///
    /// Behind these addresses is no service of anybody's, but the machine's own network, where clouds hand out credentials.
    var reasonToRefuse: String? {
        if let embedded { return embedded.reasonToRefuse }
        if Self.metadata.contains(self) { return "is where a cloud's metadata is" }
        if bytes.count == 4 {
            if bytes[0] == 0 { return "names no host" }
            if bytes[0] == 169, bytes[1] == 254 { return "is link-local" }
            if bytes[0] >= 224 { return "is no single host's" }
            return nil
        }
        if bytes.allSatisfy({ $0 == 0 }) { return "names no host" }
        if bytes[0] == 0xFE, bytes[1] & 0xC0 == 0x80 { return "is link-local" }
        if bytes[0] == 0xFF { return "is no single host's" }
        return nil
    }

    /// Metadata services that are not link-local: Amazon (IPv6), Alibaba, Oracle and Azure.
    private static let metadata = Set(
        ["fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"].compactMap {
            NetworkAddress($0)
        })
}
