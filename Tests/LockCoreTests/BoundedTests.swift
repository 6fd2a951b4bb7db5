import Testing
import LockCore
