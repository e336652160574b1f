namespace Vigil.Features;

/// <summary>Whose state a block of a snapshot holds. The numbers are part of the format.</summary>
public enum SnapshotSection
{
    /// <summary>None: the snapshot ends here.</summary>
    End = 0,

    /// <summary>What <see cref="PartitionFeatures"/> holds beside its cards.</summary>
    Partition = 1,

    /// <summary>The histories of <see cref="PartitionFeatures"/>, one record a card.</summary>
    Histories = 2,

    /// <summary>A card's newest transactions as the model reads them, one record a card.</summary>
    Tokens = 3,

    /// <summary>The merchants and terminals of <see cref="PartitionFeatures"/>, one record each.</summary>
    Merchants = 4,
}
