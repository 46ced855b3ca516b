internal import CLinux
internal import Glibc
internal import NIOConcurrencyHelpers

/// Has files brought to disk while the next ones are being made, so that the sync at the end finds little left to do.
///
/// It is a hint: nothing is durable before that sync.
struct EarlyWriting {
    /// How many files are handed to a thread at once.
    private static let batchSize = 32

    private var batch: [Int32] = []
    /// Set when the last batch is done.
    private var last = ConditionLock(value: true)

    /// Takes a file that is complete, and closes it in the end.
    mutating func add(_ descriptor: Int32) {
        batch.append(descriptor)
        if batch.count >= Self.batchSize { handOver() }
    }

    /// Closes all that was taken.
    mutating func finish() {
        handOver()
        wait()
    }

    /// One batch at a time: the number of open files stays bounded, however slow the disk is.
    private mutating func handOver() {
        wait()
        let (files, done) = (batch, ConditionLock(value: false))
        batch = []
        last = done
        DetachedThread.start {
            for file in files {
                _ = clinux_start_writing(file)
                close(file)
            }
            done.lock()
            done.unlock(withValue: true)
        }
    }

    private func wait() {
        last.lock(whenValue: true)
        last.unlock()
    }
}
