internal import Dispatch
internal import Synchronization

/// Does two independent pieces of work on two threads, where they are large enough to be worth it.
package enum SideBySide {
    /// Both results.
    ///
    /// - Parameter isWorthwhile: Whether the work takes longer than a thread costs; otherwise one follows the other.
    /// - Throws: What a piece throws; of two faults, that of the first.
    package static func both<First: Sendable, Second: Sendable>(
        isWorthwhile: Bool, _ first: @Sendable () throws(DocumentError) -> First,
        _ second: @Sendable () throws(DocumentError) -> Second
    ) throws(DocumentError) -> (First, Second) {
        guard isWorthwhile else { return (try first(), try second()) }
        let results = Mutex<(first: Result<First, DocumentError>?, second: Result<Second, DocumentError>?)>((nil, nil))
        DispatchQueue.concurrentPerform(iterations: 2) { index in
            if index == 0 {
                let result = Result { () throws(DocumentError) in try first() }
                results.withLock { $0.first = result }
            } else {
                let result = Result { () throws(DocumentError) in try second() }
                results.withLock { $0.second = result }
            }
        }
        let done = results.withLock { $0 }
        guard let one = done.first, let other = done.second else { return (try first(), try second()) }
        return (try one.get(), try other.get())
    }
}
