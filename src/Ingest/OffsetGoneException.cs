namespace Vigil.Ingest;

/// <summary>A partition cannot go on from its cursor without skipping records, which is never done silently. The message is one line.</summary>
public sealed class OffsetGoneException : Exception
{
    internal OffsetGoneException(string message) : base(message)
    {
    }

    internal OffsetGoneException(string message, Exception cause) : base(message, cause)
    {
    }
}
