namespace Vigil;

/// <summary>What a record goes through, in its order.</summary>
enum ScoringStage
{
    /// <summary>From the client's hands to the pipeline's: reading a run, and waiting behind others.</summary>
    Consume,

    /// <summary>The barrier at the first record of a new step: the shared facts are read to their end.</summary>
    Facts,

    /// <summary>Bytes to a transaction.</summary>
    Decode,

    /// <summary>A transaction to its features, which its card's history then takes in.</summary>
    Features,

    /// <summary>Features to a score, or to the encoder's memory alone; where it is an alert, its reasons too; and its record for Kafka.</summary>
    Score,

    /// <summary>Until Kafka has acknowledged the scores of a flush, and what steps have closed.</summary>
    Publish,

    /// <summary>What was scored into Postgres, together with the cursors.</summary>
    Flush,
}
