using Vigil.Alerts;
using Vigil.Ingest;

namespace Vigil;

/// <summary>
/// What the person at the command line can mend: a bad option, file or checkpoint, a server that does not answer. Its message is all that is printed,
/// and the exit code is <see cref="ExitCode"/>; anything else is a defect and keeps its stack trace.
/// </summary>
sealed class UserError(string message) : Exception(message)
{
    /// <summary>Of a process that ended for a reason that its user can mend.</summary>
    internal const int ExitCode = 2;

    /// <summary>Whether an exception is the user's to mend.</summary>
    internal static bool Is(Exception error) =>
        error is UserError or SourceException or PostgresUnavailableException or KafkaUnreachableException or OffsetGoneException
            or InvalidDataException or System.ComponentModel.DataAnnotations.ValidationException or FileNotFoundException or DirectoryNotFoundException;
}
