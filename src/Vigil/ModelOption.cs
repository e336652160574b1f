using System.CommandLine;
using Vigil.Model.Baselines;

namespace Vigil;

/// <summary>The options that say what is trained: the encoder or a baseline, and which features it is trained without.</summary>
sealed class ModelOption
{
    const string Encoder = "r1";

    readonly Option<string> _model = new("--model")
    {
        Description = $"What is trained: {Encoder}, the encoder, or a baseline: {string.Join(", ", BaselineConfig.Presets)}",
        HelpName = "NAME",
        DefaultValueFactory = _ => Encoder,
    };

    readonly Option<string[]> _without = new("--without")
    {
        Description = "Features to leave out, such as merchant_entropy or 'fraud_*'; may be given several times",
        HelpName = "PATTERN",
        DefaultValueFactory = _ => [],
    };

    internal ModelOption()
    {
        _model.AcceptOnlyFromAmong([Encoder, .. BaselineConfig.Presets]);
    }

    internal void AddTo(Command command, TrainingSettings ofTheEncoder)
    {
        command.Options.Add(_model);
        command.Options.Add(_without);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_model) is not { } name || name == Encoder) return;
            foreach (string given in ofTheEncoder.Given(result)) result.AddError($"{given} is a setting of {Encoder}; --model {name} has none such.");
        });
    }

    /// <summary>Patterns of feature names.</summary>
    internal string[] Without(ParseResult parsed) => parsed.GetValue(_without)!;

    /// <summary>The baseline to train; null for the encoder.</summary>
    internal BaselineOptions? Baseline(ParseResult parsed, int seed, IReadOnlyDictionary<string, string> provenance) =>
        parsed.GetValue(_model) is { } name && name != Encoder ? new() { Config = BaselineConfig.Preset(name), Seed = seed, Provenance = provenance } : null;
}
