using System.CommandLine;
using Vigil.Model;
using Vigil.Model.Baselines;

namespace Vigil;

/// <summary>The options that say what is trained: an encoder or a baseline, and which features it is trained without.</summary>
sealed class ModelOption
{
    /// <summary>Each encoder's shape for a CPU; the first is the default.</summary>
    static readonly string[] s_encoders = ["r1", "base", "lstm"];

    readonly Option<string> _model = new("--model")
    {
        Description = $"What is trained: an encoder, {string.Join(", ", s_encoders)}, or a baseline, {string.Join(", ", BaselineConfig.Presets)}",
        HelpName = "NAME",
        DefaultValueFactory = _ => s_encoders[0],
    };

    readonly Option<string?> _encoder = new("--encoder")
    {
        Description = "Of --model hybrid, required: an encoder that learnt from other transactions than these, such as earlier ones",
        HelpName = "FOLDER",
    };

    readonly Option<string[]> _without = new("--without")
    {
        Description = "Features to leave out, such as merchant_entropy or 'fraud_*'; may be given several times",
        HelpName = "PATTERN",
        DefaultValueFactory = _ => [],
    };

    internal ModelOption()
    {
        _model.AcceptOnlyFromAmong([.. s_encoders, .. BaselineConfig.Presets]);
    }

    internal void AddTo(Command command, TrainingSettings ofEncoders)
    {
        command.Options.Add(_model);
        command.Options.Add(_encoder);
        command.Options.Add(_without);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_model) is not { } name) return;
            bool isEncoder = s_encoders.Contains(name), readsEncoder = !isEncoder && BaselineConfig.Preset(name).ReadsEncoder;
            if (readsEncoder != result.GetValue(_encoder) is not null)
                result.AddError(readsEncoder ? $"--model {name} needs --encoder: the folder of an encoder." : $"--encoder is for hybrids; --model {name} reads none.");
            if (isEncoder) return;
            foreach (string given in ofEncoders.Given(result)) result.AddError($"{given} is a setting of encoders; --model {name} has none such.");
        });
    }

    /// <summary>Patterns of feature names.</summary>
    internal string[] Without(ParseResult parsed) => parsed.GetValue(_without)!;

    /// <summary>The encoder's shape; the default one where a baseline is trained.</summary>
    internal EncoderConfig Encoder(ParseResult parsed) =>
        EncoderConfig.Preset($"{(parsed.GetValue(_model) is { } name && s_encoders.Contains(name) ? name : s_encoders[0])}-tiny");

    /// <summary>The baseline to train; null for an encoder.</summary>
    /// <exception cref="InvalidDataException">A hybrid's encoder cannot be used.</exception>
    internal BaselineOptions? Baseline(ParseResult parsed, int seed, IReadOnlyDictionary<string, string> provenance) =>
        parsed.GetValue(_model) is not { } name || s_encoders.Contains(name) ? null : new()
        {
            Config = BaselineConfig.Preset(name),
            Encoder = parsed.GetValue(_encoder) is { } folder ? Checkpoint.Load(folder) : null,
            Seed = seed,
            Provenance = provenance,
        };
}
