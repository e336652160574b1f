namespace Vigil.Ingest;

/// <summary>Kafka cannot be used as configured. The message is one line for a person: what was found, what was expected, what to do.</summary>
public sealed class KafkaUnavailableException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One line, without a secret.</param>
    /// <param name="innerException">What the client said.</param>
    public KafkaUnavailableException(string message, Exception? innerException = null) : base(message, innerException) { }
}
