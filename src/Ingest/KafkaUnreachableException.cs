namespace Vigil.Ingest;

/// <summary>Kafka does not answer, or lacks what is needed. The message is one line: what was found, what is expected, what to do.</summary>
public sealed class KafkaUnreachableException : Exception
{
    internal KafkaUnreachableException(string message) : base(message)
    {
    }

    internal KafkaUnreachableException(string message, Exception cause) : base(message, cause)
    {
    }
}
