internal import DocumentTree
internal import Synchronization

/// What other threads tell a driver.
final class Mailbox: Sendable {
    struct Message: Sendable {
        /// Which attempt it comes from.
        var attempt: UInt64
        var content: Content
    }

    enum Content: Sendable {
        case printed(String)
        case ended(Result<ValueMapping, StepError>)
        /// The run that the attempt called is paused, or waits.
        case left(CallWait)
    }

    private struct State {
        var messages: [Message] = []
        var wantsControl = false
        var wakeup: Wakeup?
    }

    private let state = Mutex(State())

    /// What makes the driver look.
    var wakeup: Wakeup? {
        get { state.withLock { $0.wakeup } }
        set { state.withLock { $0.wakeup = newValue } }
    }

    func post(_ message: Message) {
        state.withLock { state in
            state.messages.append(message)
            state.wakeup?.raise()
        }
    }

    /// Makes the driver look for signals now.
    func askForControl() {
        state.withLock { state in
            state.wantsControl = true
            state.wakeup?.raise()
        }
    }

    func take() -> [Message] {
        state.withLock { state in
            defer { state.messages = [] }
            return state.messages
        }
    }

    func wantsControl(clearing: Bool = false) -> Bool {
        state.withLock { state in
            defer { if clearing { state.wantsControl = false } }
            return state.wantsControl
        }
    }
}
