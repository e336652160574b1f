using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>
/// The facts that concern every partition and that each process therefore reads whole: labels, and what every partition saw of each merchant. A fact
/// stamped in step k is in effect for transactions stamped in step k + 2 or later, whoever read it when, so that what a transaction sees does not depend
/// on who reads how fast. Any number of threads.
/// </summary>
/// <param name="options">The same as the partitions'.</param>
/// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option is out of its range.</exception>
public sealed class SharedFacts(FeatureOptions options)
{
    internal LabelFacts Labels { get; } = new(options);

    /// <inheritdoc cref="LabelFacts.Add"/>
    public void Add(in Label label, Instant stamp) => Labels.Add(label, stamp);

    /// <summary>
    /// Forgets what transactions stamped at this time or later cannot see: call it with the oldest stamp that any partition may still
    /// score.
    /// </summary>
    /// <param name="oldest">Earlier stamps can no longer be scored.</param>
    public void Forget(Instant oldest) => Labels.Forget(oldest);
}
