import DocumentTree
import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage
import WorkflowRecords
import WorkflowSecrets
import WorkflowTemplates

/// What stopped a command, as a person reads it.
struct CommandFailure: Error {
    /// What failed, on which object, and why.
    var message: String
    /// What to do or type next.
    var hint: String?
    var status: ExitStatus = .failure

    init(_ message: String, hint: String? = nil, status: ExitStatus = .failure) {
        self.message = message
        self.hint = hint
        self.status = status
    }
}

extension CommandFailure {
    /// The failure of a name that nothing has.
    ///
    /// - Parameters:
    ///   - nearest: the nearest one that something has.
    ///   - listing: the command that lists them all.
    static func unknown(
        _ message: String, nearest: String?, listing: String, status: ExitStatus = .failure
    ) -> CommandFailure {
        let suggestion = nearest.map { "did you mean '\($0)'? " } ?? ""
        return CommandFailure(message, hint: "\(suggestion)'\(listing)' lists all", status: status)
    }
}

extension CommandFailure: CustomStringConvertible {
    var description: String { message }
}

/// Thrown by a command that has said everything and only has a status to return.
struct Ended: Error {
    var status: ExitStatus
}

extension CommandFailure {
    /// The message for an error of any layer; nil for what the argument parser reports itself.
    init?(describing error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as GitError where error.code == .notARepository:
            self.init(error.description, hint: "make one: wfrepo init, or start in another folder: wfrepo -C DIR …")
        case let error as GitError: self.init(error.description, hint: error.hint)
        case let error as DocumentError:
            self.init("\(error.name):\(error.position): \(error.message)", hint: error.hint)
        case let error as HistoryError:
            self.init(error.description, hint: error.hint)
        case let error as EngineError:
            self.init(
                (error.object.map { "\($0): " } ?? "") + error.message, hint: error.hint,
                status: error.code == .refused ? .negative : .failure)
        case let error as InvalidDefinition:
            self.init(error.description, hint: "mend it, then look again: wfrepo check")
        case let error as SecretsError: self.init(error.description, hint: error.hint)
        case let error as RecordsError: self.init("\(error)", hint: error.hint)
        case let error as TemplateError: self.init(error.message, hint: error.hint)
        case let error as ExpressionError: self.init("\(error.position): \(error.message)", hint: error.hint)
        default: return nil
        }
    }

    /// The message for any error: one of no layer speaks for itself.
    init(for error: any Error) { self = Self(describing: error) ?? Self("\(error)") }
}
