internal import CLinux
internal import Glibc

/// The start of a program: what its process works with until it has become that program, in one block of memory.
///
/// A child process takes a copy of nothing of its parent's but the descriptors, and so has to be left this memory
/// (`clinux_start`); the last reference to it waits for that.
final class ProgramStart {
    private let block: UnsafeMutableRawPointer
    private let start: UnsafeMutablePointer<clinux_start>
    private let program: String
    private let directory: String
    /// Whether a process stands by that has not been answered.
    private var standsBy: Bool

    /// Where a program may be, and its arguments.
    typealias Alternative = (paths: [String], arguments: [String])

    /// When the program is started.
    enum Pace {
        /// At once, and the caller waits until it runs.
        case awaited
        /// At once, beside the caller; `error` tells in the end whether it came to something.
        case beside
        /// When `go` is called: a process stands by until then, and ends where that never comes, or with the calling thread.
        case standingBy

        fileprivate var value: clinux_pace {
            switch self {
            case .awaited: clinux_awaited
            case .beside: clinux_beside
            case .standingBy: clinux_standing_by
            }
        }
    }

    /// Makes a process of `arguments[0]`, a path, or of what may stand for it.
    init(
        arguments: [String], instead: Alternative?, environment: [String], directory: String, limits: [ProcessLimit],
        input: FileDescriptor?, output: FileDescriptor, error: FileDescriptor, pace: Pace
    ) throws(EngineError) {
        let (paths, alternative) = instead ?? ([], [])
        let layout = Layout(texts: [[directory], arguments, paths, alternative, environment], limits: limits.count)
        block = .allocate(byteCount: layout.size, alignment: 16)
        start = (block + layout.start).bindMemory(to: clinux_start.self, capacity: 1)
        program = arguments.first ?? ""
        self.directory = directory

        var pointers = (block + layout.pointers).bindMemory(
            to: UnsafeMutablePointer<CChar>?.self, capacity: layout.pointerCount)
        var text = (block + layout.text).bindMemory(to: CChar.self, capacity: layout.textSize)
        let limitValues = (block + layout.limits).bindMemory(to: clinux_limit.self, capacity: limits.count)
        for (place, limit) in limits.enumerated() { (limitValues + place).initialize(to: limit.value) }
        let directoryPointer = Self.write([directory], &pointers, &text)
        let argumentPointers = Self.write(arguments, &pointers, &text)
        let pathPointers = Self.write(paths, &pointers, &text)
        let alternativePointers = Self.write(alternative, &pointers, &text)
        // The last entry is the folder's, which only the child can tell.
        let folderVariable = (block + layout.folder).bindMemory(to: CChar.self, capacity: Layout.folderSize)
        let environmentPointers = Self.write(environment, &pointers, &text)
        let folderEntry = environmentPointers + environment.count
        folderEntry.pointee = folderVariable
        pointers.initialize(to: nil)
        memcpy(folderVariable, "PWD=", 5)

        start.initialize(to: clinux_start())
        start.pointee.pace = pace.value
        start.pointee.stack = block
        start.pointee.program = clinux_program(
            candidates: UnsafeRawPointer(pathPointers).assumingMemoryBound(to: UnsafePointer<CChar>?.self),
            candidate_arguments: alternativePointers, path: argumentPointers[0], arguments: argumentPointers,
            environment: environmentPointers, directory: directoryPointer[0], folder_variable: folderVariable,
            folder_entry: folderEntry, standard_input: input?.number ?? -1,
            standard_output: output.number, standard_error: error.number,
            limits: limitValues, limit_count: Int32(limits.count))
        standsBy = pace == .standingBy
        let status = clinux_start(start)
        if status < 0 { throw failure(-status) }
    }

    deinit {
        if standsBy { clinux_start_answer(start, false) }
        clinux_start_await(start)
        block.deallocate()
    }

    /// Has a process that stands by become the program.
    func go() {
        guard standsBy else { return }
        standsBy = false
        clinux_start_answer(start, true)
    }

    var pid: Int32 { start.pointee.pid }

    /// A descriptor that becomes readable when the process ends. It is the caller's to close.
    var descriptor: Int32 { start.pointee.descriptor }

    /// Why the program could not be run. Known when the process has ended.
    var error: EngineError? {
        guard clinux_start_is_over(start), start.pointee.error != 0 else { return nil }
        return failure(start.pointee.error)
    }

    private func failure(_ number: Int32) -> EngineError {
        EngineError(systemError: number, "start the program in \(directory)", object: program)
    }

    /// Writes strings and the array of their addresses, closed by a null pointer, and goes on behind them; returns the array.
    private static func write(
        _ strings: [String], _ pointers: inout UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>,
        _ text: inout UnsafeMutablePointer<CChar>
    ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> {
        let array = pointers
        for var string in strings {
            pointers.initialize(to: text)
            pointers += 1
            string.withUTF8 { bytes in
                if let address = bytes.baseAddress { memcpy(text, address, bytes.count) }
                text[bytes.count] = 0
                text += bytes.count + 1
            }
        }
        pointers.initialize(to: nil)
        pointers += 1
        return array
    }

    /// Where what stands in the block: the stack first, which grows towards the block's beginning.
    private struct Layout {
        let start = Int(clinux_start_stack_size)
        let pointers: Int
        let pointerCount: Int
        let limits: Int
        let text: Int
        let textSize: Int
        var folder: Int { text + textSize }
        var size: Int { folder + Self.folderSize }

        static let folderSize = Int(clinux_folder_variable_size)

        init(texts: [[String]], limits count: Int) {
            // One more for the folder's variable.
            pointerCount = texts.reduce(1) { $0 + $1.count + 1 }
            textSize = texts.reduce(0) { $1.reduce($0) { $0 + $1.utf8.count + 1 } }
            // All of what comes first is of words of eight bytes.
            pointers = start + MemoryLayout<clinux_start>.stride
            limits = pointers + pointerCount * MemoryLayout<UnsafeMutablePointer<CChar>?>.stride
            text = limits + count * MemoryLayout<clinux_limit>.stride
        }
    }
}
