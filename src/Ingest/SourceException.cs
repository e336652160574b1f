namespace Vigil.Ingest;

/// <summary>A file or mapping cannot be used as it is. The message says where, what was found and what to do: one line for a person.</summary>
public sealed class SourceException : Exception
{
    /// <summary>An exception with its message.</summary>
    public SourceException(string message) : base(message)
    {
    }

    /// <summary>An exception with its message and cause.</summary>
    public SourceException(string message, Exception cause) : base(message, cause)
    {
    }

    internal static SourceException At(string path, long line, string message) => new($"{path}, line {line}: {message}");
}
