import Glibc
import WfrepoCommands

exit(Program.main())
