using System.ComponentModel.DataAnnotations;
using System.Numerics;

namespace Vigil.Features;

/// <summary>
/// What shapes the features beside <see cref="FeatureList"/>: a model scores right only under the options that it was trained under.
/// </summary>
public sealed class FeatureOptions : IValidatableObject
{
    /// <summary>
    /// How many of a card's newest transactions its features are computed from. The default value is 256. Value must be a power of two
    /// from 16 to 4,096.
    /// </summary>
    [Range(16, 4_096)]
    public int HistoryLength { get; init; } = 256;

    /// <summary>
    /// Length of the steps in which labels come into effect: a label stamped in step k counts from step k + 2 on. The default value
    /// is 1 hour. Value must be from 5 seconds to 1 day and divide a day into whole steps.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00")]
    public TimeSpan StepLength { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Partitions of the transactions' topic: what one of them counts of a merchant in an hour and less is scaled by it. A service takes it from the
    /// topic. The default value is 1. Value must be from 1 to 100,000.
    /// </summary>
    [Range(1, 100_000)]
    public int Partitions { get; init; } = 1;

    /// <summary>
    /// A card whose latest transaction lies longer before the newest of its partition is idle: it is forgotten, and when it comes back its history begins anew.
    /// The default value is 180 days. Value must be from 1 day to 10 years (3,650 days).
    /// </summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan CardIdleAge { get; init; } = TimeSpan.FromDays(180);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!BitOperations.IsPow2(HistoryLength))
            yield return new($"HistoryLength is {HistoryLength}; it must be a power of two, such as 256.", [nameof(HistoryLength)]);
        if (StepLength <= TimeSpan.Zero || TimeSpan.TicksPerDay % StepLength.Ticks != 0)
            yield return new($"StepLength is {StepLength}; it must divide a day into whole steps, such as 01:00:00.", [nameof(StepLength)]);
    }

    /// <summary>The same for a topic of so many partitions.</summary>
    /// <exception cref="ValidationException">The number is out of its range.</exception>
    public FeatureOptions For(int partitions) => new FeatureOptions
    {
        HistoryLength = HistoryLength,
        StepLength = StepLength,
        CardIdleAge = CardIdleAge,
        Partitions = partitions,
    }.Checked();

    /// <exception cref="ValidationException">A value is out of its range.</exception>
    internal FeatureOptions Checked()
    {
        Validator.ValidateObject(this, new ValidationContext(this), validateAllProperties: true);
        return this;
    }
}
