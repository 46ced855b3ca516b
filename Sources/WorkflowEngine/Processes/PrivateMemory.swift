internal import CLinux

/// Keeps the memory of this process, which holds secrets from now on, out of core files and from other processes of the
/// same user. Programs that it starts write no core files either, unless they ask for them.
///
/// Source: prctl(2), `PR_SET_DUMPABLE`; core(5).
/// - Throws: `EngineError.system` where the system refuses.
public func keepMemoryPrivate() throws(EngineError) {
    let status = clinux_keep_memory_private()
    guard status == 0 else { throw EngineError(systemError: -status, "keep secrets out of core files") }
}
