using System.ComponentModel.DataAnnotations;
using Vigil.Alerts;
using Vigil.Api;
using Vigil.Features;
using Vigil.Ingest;
using Vigil.Model;

namespace Vigil;

/// <summary>Every stage's options, as the section Vigil of the configuration holds them.</summary>
sealed class ServiceOptions
{
    /// <summary>The configuration's section.</summary>
    internal const string Section = "Vigil";

    /// <summary>Vigil:Kafka.</summary>
    public IngestOptions Kafka { get; init; } = new();

    /// <summary>Vigil:Features.</summary>
    public FeatureOptions Features { get; init; } = new();

    /// <summary>Vigil:Model.</summary>
    public ModelOptions Model { get; init; } = new();

    /// <summary>Vigil:Alerts.</summary>
    public AlertsOptions Alerts { get; init; } = new();

    /// <summary>Vigil:Scoring.</summary>
    public ScoringOptions Scoring { get; init; } = new();

    /// <summary>Vigil:Snapshots.</summary>
    public SnapshotOptions Snapshots { get; init; } = new();

    /// <summary>Vigil:Overload.</summary>
    public OverloadOptions Overload { get; init; } = new();

    /// <summary>Vigil:Api.</summary>
    public ApiOptions Api { get; init; } = new();

    /// <summary>Vigil:Telemetry.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>Reads the options and checks every range.</summary>
    /// <exception cref="UserError">A value is missing, is not of its type or out of its range; one line for each.</exception>
    internal static ServiceOptions Read(IConfiguration configuration)
    {
        var options = Bind(configuration);
        ThrowIfAny(
        [
            .. ProblemsOf(nameof(Kafka), options.Kafka), .. ProblemsOf(nameof(Features), options.Features), .. ProblemsOf(nameof(Model), options.Model),
            .. ProblemsOf(nameof(Alerts), options.Alerts), .. ProblemsOf(nameof(Scoring), options.Scoring),
            .. ProblemsOf(nameof(Snapshots), options.Snapshots), .. ProblemsOf(nameof(Overload), options.Overload),
            .. ProblemsOf(nameof(Api), options.Api), .. ProblemsOfApi(options),
        ]);
        return options;
    }

    /// <summary>Reads what a verb needs that speaks to Postgres only.</summary>
    /// <exception cref="UserError">A value is missing, is not of its type or out of its range; one line for each.</exception>
    internal static AlertsOptions ReadAlerts(IConfiguration configuration)
    {
        var options = Bind(configuration).Alerts;
        ThrowIfAny([.. ProblemsOf(nameof(Alerts), options)]);
        return options;
    }

    /// <summary>Reads what a verb needs that speaks to Kafka only.</summary>
    /// <exception cref="UserError">A value is missing, is not of its type or out of its range; one line for each.</exception>
    internal static IngestOptions ReadKafka(IConfiguration configuration)
    {
        var options = Bind(configuration).Kafka;
        ThrowIfAny([.. ProblemsOf(nameof(Kafka), options)]);
        return options;
    }

    /// <summary>The API appends JSON, and learns from the topic of scores what other processes have scored.</summary>
    static IEnumerable<string> ProblemsOfApi(ServiceOptions options)
    {
        if (!options.Api.IsOn) yield break;
        if (options.Kafka.ScoresTopic.Length == 0)
            yield return $"{Section}:Api: needs {Section}:Kafka:ScoresTopic, from which it learns the scores of other processes' partitions";
        if (!string.IsNullOrEmpty(options.Kafka.SchemaRegistryUrl))
            yield return $"{Section}:Api: appends JSON, but {Section}:Kafka:SchemaRegistryUrl says that the topic holds Avro; produce to the topic instead";
    }

    static ServiceOptions Bind(IConfiguration configuration)
    {
        try
        {
            return configuration.GetSection(Section).Get<ServiceOptions>() ?? new();
        }
        catch (InvalidOperationException error)
        {
            throw new UserError($"The configuration cannot be read: {error.Message} {error.InnerException?.Message}");
        }
    }

    static void ThrowIfAny(string[] problems)
    {
        if (problems.Length > 0) throw new UserError(string.Join(Environment.NewLine, problems));
    }

    static IEnumerable<string> ProblemsOf(string stage, object options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results.Select(result => $"{Section}:{stage}:{string.Join(", ", result.MemberNames)}: {result.ErrorMessage}");
    }
}
