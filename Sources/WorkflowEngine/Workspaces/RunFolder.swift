/// The folder that the steps of a run work in, while the run has it.
final class RunFolder {
    /// The path of the folder.
    let path: String
    private let release: (_ isOver: Bool) -> Void

    init(path: String, release: @escaping (_ isOver: Bool) -> Void = { _ in }) {
        self.path = path
        self.release = release
    }

    /// Gives the folder back. A run that is not over keeps it for whoever resumes it.
    func giveBack(isOver: Bool) { release(isOver) }
}
