using System.CommandLine;
using Vigil.Model;
using Vigil.Model.Baselines;

namespace Vigil;

/// <summary>The options that say what is trained: an encoder or a baseline, and which features it is trained without.</summary>
sealed class ModelOption
{
    /// <summary>Each encoder's shape for a CPU; the first is the default.</summary>
    static readonly Dictionary<string, string> s_small = new() { ["r1"] = "r1-tiny", ["base"] = "base-tiny", ["lstm"] = "lstm-tiny" };

    static readonly string[] s_encoders = [.. s_small.Keys, .. EncoderConfig.Presets.Except(s_small.Values)];

    readonly Option<string> _model = new("--model")
    {
        Description = $"What is trained: an encoder for a CPU, {string.Join(", ", s_small.Keys)}, "
            + $"or for a GPU, {string.Join(", ", s_encoders.Except(s_small.Keys))}; "
            + $"or a baseline, {string.Join(", ", BaselineConfig.Presets)}",
        HelpName = "NAME",
        DefaultValueFactory = _ => s_encoders[0],
    };

    readonly Option<string?> _shape = new("--shape")
    {
        Description = "A JSON file of what the encoder's shape has otherwise: {\"segment\": 64, \"memory\": 64} (docs/model.md)",
        HelpName = "FILE",
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
        command.Options.Add(_shape);
        command.Options.Add(_encoder);
        command.Options.Add(_without);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_model) is not { } name) return;
            bool isEncoder = s_encoders.Contains(name), readsEncoder = !isEncoder && BaselineConfig.Preset(name).ReadsEncoder;
            if (readsEncoder != result.GetValue(_encoder) is not null)
                result.AddError(readsEncoder
                    ? $"--model {name} needs --encoder: the folder of an encoder."
                    : $"--encoder is for hybrids; --model {name} reads none.");
            if (isEncoder) return;
            string[] shape = result.GetValue(_shape) is null ? [] : [_shape.Name];
            foreach (string given in (string[])[.. ofEncoders.Given(result), .. shape])
                result.AddError($"{given} is a setting of encoders; --model {name} has none such.");
        });
    }

    /// <summary>Patterns of feature names.</summary>
    internal string[] Without(ParseResult parsed) => parsed.GetValue(_without)!;

    /// <summary>The encoder's shape; the default one where a baseline is trained.</summary>
    /// <exception cref="InvalidDataException">The file of its shape is none.</exception>
    internal EncoderConfig Encoder(ParseResult parsed)
    {
        string name = parsed.GetValue(_model) is { } given && s_encoders.Contains(given) ? given : s_encoders[0];
        var preset = EncoderConfig.Preset(s_small.GetValueOrDefault(name, name));
        return parsed.GetValue(_shape) is { } file ? preset.Altered(file) : preset;
    }

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
