using System.ComponentModel.DataAnnotations;

namespace Vigil.Ingest;

/// <summary>Where transactions and shared facts come from, and what a record may be.</summary>
public sealed class IngestOptions : IValidatableObject
{
    /// <summary>Kafka's addresses, host:port, separated by commas. Required.</summary>
    [Required(ErrorMessage = "BootstrapServers is empty; give Kafka's addresses as host:port, separated by commas")]
    public string BootstrapServers { get; set; } = "";

    /// <summary>The topic of transactions. The default is card-transactions.</summary>
    [Required]
    public string TransactionsTopic { get; set; } = "card-transactions";

    /// <summary>The topic of labels. The default is fraud-labels.</summary>
    [Required]
    public string LabelsTopic { get; set; } = "fraud-labels";

    /// <summary>
    /// The topic of merchant activity, which Vigil writes and every process reads whole. The default is merchant-activity. It belongs to one topic of
    /// transactions.
    /// </summary>
    [Required]
    public string ActivityTopic { get; set; } = "merchant-activity";

    /// <summary>The topic of scores, which Vigil writes: one for every transaction. The default is card-scores; empty publishes none.</summary>
    public string ScoresTopic { get; set; } = "card-scores";

    /// <summary>The consumer group whose members share the partitions. The default is vigil.</summary>
    [Required]
    public string Group { get; set; } = "vigil";

    /// <summary>The group under which labels and merchant activity are read; every process reads them all, so it has no members.</summary>
    public string FactsGroup => Group + "-facts";

    /// <summary>Whether the brokers are <see cref="EmbeddedBroker"/>s, which need settings of their own. The default is false.</summary>
    public bool Embedded { get; set; }

    /// <summary>The most records of one event. The default is 512.</summary>
    [Range(1, 100_000)]
    public int BatchSize { get; set; } = 512;

    /// <summary>How many events may wait for the pipeline before partitions are paused. The default is 64.</summary>
    [Range(1, 100_000)]
    public int ChannelCapacity { get; set; } = 64;

    /// <summary>How long brokers may take to answer at the start. The default is 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a revoked partition is kept for the pipeline to store what it has. The default is 8 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>How often offsets are committed to Kafka, for lag tools only. The default is 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan CommitInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The largest record that is decoded, in bytes. The default is 1 MiB.</summary>
    [Range(1024, 64 << 20)]
    public int MaxRecordBytes { get; set; } = DecodeRules.Default.MaxRecordBytes;

    /// <summary>How much later than its record's stamp an event may claim to be. The default is 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan ClockSkew { get; set; } = DecodeRules.Default.ClockSkew;

    /// <summary>A Base64 key of 32 bytes or more that turns card numbers in card_token into tokens; without one such records are rejected.</summary>
    public string? CardTokenKey { get; set; }

    /// <summary>A file that holds that key, instead of <see cref="CardTokenKey"/>.</summary>
    public string? CardTokenKeyFile { get; set; }

    /// <summary>The address of a schema registry; records are then Avro in Confluent's wire format. The default is none: JSON.</summary>
    public string? SchemaRegistryUrl { get; set; }

    /// <summary>Further settings of the schema registry's client, by their Confluent names (schema.registry.basic.auth.user.info, ...).</summary>
    public Dictionary<string, string> SchemaRegistry { get; } = [];

    /// <summary>TLS and SASL. The default is neither.</summary>
    public KafkaSecurityOptions Security { get; } = new();

    /// <summary>
    /// Further settings of the Kafka client, by their librdkafka names (session.timeout.ms, ...); they win over all others. An underscore stands for a dot:
    /// <c>Vigil__Kafka__Client__session_timeout_ms</c>.
    /// </summary>
    public Dictionary<string, string> Client { get; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Security.Validate(validationContext);

    /// <summary>The decoders' rules as configured.</summary>
    /// <exception cref="ArgumentException">The key is no Base64 or too short.</exception>
    /// <exception cref="IOException">The key's file cannot be read.</exception>
    public DecodeRules ToDecodeRules()
    {
        string? key = CardTokenKeyFile is { Length: > 0 } file ? File.ReadAllText(file) : CardTokenKey;
        return new DecodeRules
        {
            MaxRecordBytes = MaxRecordBytes,
            ClockSkew = ClockSkew,
            Tokenizer = string.IsNullOrWhiteSpace(key) ? null : CardTokenizer.FromBase64(key),
        };
    }
}
