internal import CKinds
internal import Glibc

/// libarchive, loaded at the first use.
struct Archive {
    let functions: ckinds_archive

    init() throws(StepError) {
        var fault: UnsafePointer<CChar>?
        guard let functions = ckinds_load_archive(&fault) else {
            let reason = fault.map { String(cString: $0) } ?? ""
            throw StepError(
                "missing-library", "libarchive is needed and cannot be loaded (\(reason)); apt-get install libarchive13"
            )
        }
        self.functions = functions.pointee
    }

    /// Source: archive.h, `ARCHIVE_EOF`, `ARCHIVE_OK`, `ARCHIVE_WARN`.
    enum Status {
        static let endOfFile: Int32 = 1
        static let fine: Int32 = 0
        static let warning: Int32 = -20
    }

    /// What libarchive says about its last failure.
    func failure(_ handle: OpaquePointer, _ what: String) -> StepError {
        let reason = functions.error_string(handle).map { String(cString: $0) } ?? "it is damaged"
        return StepError("archive", "\(what): \(reason)")
    }
}
