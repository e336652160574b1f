using System.IO.Enumeration;
using System.Text.Json.Serialization;
using Vigil.Features;

namespace Vigil.Model;

/// <summary>What a checkpoint's features are and what they were computed under: its weights score right only on the same.</summary>
/// <param name="Version">As in <see cref="FeatureList.Version"/>.</param>
/// <param name="Numeric">Names, in order.</param>
/// <param name="Categorical">Names, in order.</param>
public sealed record FeatureSet(string Version, IReadOnlyList<string> Numeric, IReadOnlyList<string> Categorical)
{
    /// <summary>As in <see cref="FeatureOptions.HistoryLength"/>.</summary>
    public required int HistoryLength { get; init; }

    /// <summary>As in <see cref="FeatureOptions.StepLength"/>.</summary>
    public required TimeSpan StepLength { get; init; }

    /// <summary>As in <see cref="FeatureOptions.CardIdleAge"/>.</summary>
    public required TimeSpan CardIdleAge { get; init; }

    /// <summary>Names of the features of the list that the model was trained without; null where it has them all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Without { get; init; }

    /// <summary>The feature list of this build, computed under the given options.</summary>
    /// <param name="options">What the features are computed under.</param>
    /// <param name="without">
    /// Features to leave out: names, where * stands for any characters and ? for one. None where it is null, which is the default.
    /// </param>
    /// <exception cref="InvalidDataException">A pattern matches no feature, or all are left out.</exception>
    public static FeatureSet Of(FeatureOptions options, IReadOnlyCollection<string>? without = null)
    {
        string[] numeric = [.. FeatureList.Numeric.Select(feature => feature.Name)], categorical = [.. FeatureList.Categorical.Select(feature => feature.Name)];
        return new(FeatureList.Version, numeric, categorical)
        {
            HistoryLength = options.HistoryLength,
            StepLength = options.StepLength,
            CardIdleAge = options.CardIdleAge,
            Without = without is { Count: > 0 } ? Matching(without, [.. numeric, .. categorical]) : null,
        };
    }

    static string[] Matching(IReadOnlyCollection<string> patterns, string[] names)
    {
        if (patterns.FirstOrDefault(pattern => !names.Any(name => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false))) is { } unknown)
            throw new InvalidDataException($"no feature's name matches '{unknown}'; docs/features.md lists them");
        string[] matching = [.. names.Where(name => patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)))];
        return matching.Length < names.Length ? matching : throw new InvalidDataException("every feature is left out: nothing remains to learn from");
    }

    /// <summary>Call it wherever a checkpoint is about to score: features computed under other options would give wrong scores without a sign of it.</summary>
    /// <param name="options">Those that this process computes features under.</param>
    /// <exception cref="InvalidDataException">They are not those of the training; the message says what was found and what was expected.</exception>
    public void EnsureSame(FeatureOptions options)
    {
        const string Hint = "score under the options of the training, or train again under these";
        ModelFolder.Expect(HistoryLength, options.HistoryLength, $"the checkpoint's {nameof(HistoryLength)}", Hint);
        ModelFolder.Expect(StepLength, options.StepLength, $"the checkpoint's {nameof(StepLength)}", Hint);
        ModelFolder.Expect(CardIdleAge, options.CardIdleAge, $"the checkpoint's {nameof(CardIdleAge)}", Hint);
    }
}
