namespace Vigil.Alerts;

/// <summary>One partition of one log. A topic that is made anew counts its offsets from 0 again, so the log's own identity is part of it.</summary>
/// <param name="StreamId">Which log: the cluster's id and the topic's id, and a run's id on the embedded broker.</param>
/// <param name="Topic">The topic's name.</param>
/// <param name="Partition">The partition's number, from 0.</param>
public readonly record struct StreamPartition(string StreamId, string Topic, int Partition)
{
    /// <summary>The topic and the partition, as logs name them.</summary>
    public override string ToString() => $"{Topic}[{Partition}]";
}
