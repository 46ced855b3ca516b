internal import Glibc
internal import NIOConcurrencyHelpers

/// Looks the addresses of a host up, for a limited time.
enum HostResolution {
    /// The addresses of a host, in the order in which they are to be tried.
    ///
    /// - Parameter limit: getaddrinfo(3) may take as long as it likes; it is left alone then.
    /// - Throws: A `StepError`, `network` or `timeout`.
    static func addresses(of host: String, within limit: Duration) throws(StepError) -> [NetworkAddress] {
        if let address = NetworkAddress(host) { return [address] }
        let answer = Answer()
        DetachedThread.start { answer.give(lookUp(host)) }
        guard let result = answer.wait(limit) else {
            throw StepError("timeout", "looking \(host) up took too long")
        }
        return try result.get()
    }

    /// An answer that is awaited for a while.
    private final class Answer: Sendable {
        private let lock = ConditionLock(value: false)
        private let result = NIOLockedValueBox<Result<[NetworkAddress], StepError>?>(nil)

        func give(_ result: Result<[NetworkAddress], StepError>) {
            self.result.withLockedValue { $0 = result }
            lock.lock()
            lock.unlock(withValue: true)
        }

        func wait(_ limit: Duration) -> Result<[NetworkAddress], StepError>? {
            guard lock.lock(whenValue: true, timeoutSeconds: max(0.001, limit.inSeconds)) else { return nil }
            lock.unlock()
            return result.withLockedValue { $0 }
        }
    }

    private static func lookUp(_ host: String) -> Result<[NetworkAddress], StepError> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else {
            return .failure(StepError("network", "cannot look \(host) up: \(String(cString: gai_strerror(status)))"))
        }
        defer { freeaddrinfo(list) }
        var found: [NetworkAddress] = []
        var next = list
        while let entry = next?.pointee {
            if let address = address(of: entry), !found.contains(address) { found.append(address) }
            next = entry.ai_next
        }
        guard !found.isEmpty else { return .failure(StepError("network", "\(host) has no address")) }
        return .success(found)
    }

    private static func address(of entry: addrinfo) -> NetworkAddress? {
        guard let pointer = UnsafeRawPointer(entry.ai_addr) else { return nil }
        let length = Int(entry.ai_addrlen)
        switch entry.ai_family {
        case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
            let address = pointer.loadUnaligned(as: sockaddr_in.self).sin_addr
            return withUnsafeBytes(of: address.s_addr) { NetworkAddress(bytes: Array($0)) }
        case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
            let address = pointer.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            return withUnsafeBytes(of: address) { NetworkAddress(bytes: Array($0)) }
        default: return nil
        }
    }
}
