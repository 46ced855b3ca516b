/// Keeps something, and what it has open, until the process ends.
///
/// A database that is closed by the last process that has it open is brought in order for the next one: two or three waits for the disk,
/// which save that one nothing. GRDB's end of a connection starts two threads besides. Together they are a tenth of a short
/// command's time, and a process that ends anyway needs neither: SQLite's log is made for ends without a word.
func keepUntilExit(_ object: AnyObject) { _ = Unmanaged.passRetained(object) }
