namespace Vigil.Ingest;

/// <summary>Since when, and in which unit, a column of whole numbers counts time.</summary>
public enum EpochUnit
{
    /// <summary>Seconds since 1970-01-01 UTC.</summary>
    Seconds,
    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    Milliseconds,
    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    Microseconds,
    /// <summary>Nanoseconds since 1970-01-01 UTC, cut to microseconds.</summary>
    Nanoseconds,
}

/// <summary>Where one field comes from: a column, or a constant for what the file lacks.</summary>
public sealed class FieldMapping
{
    /// <summary>The column's name in the file's header.</summary>
    public string? Column { get; init; }

    /// <summary>The value of every row, as it would stand in a transaction (mcc as a text too: "5999").</summary>
    public string? Constant { get; init; }

    /// <summary>Of a time column, in .NET's custom format, such as yyyy-MM-dd HH:mm:ss; read as UTC where it has no offset of its own.</summary>
    public string? Format { get; init; }

    /// <summary>Of a time column that counts from 1970-01-01 UTC, instead of <see cref="Format"/>.</summary>
    public EpochUnit? Epoch { get; init; }

    /// <summary>Of an amount column: the decimals of its currency. The default is 2: 57.16 is 5716 minor units. 0 where the column holds minor units.</summary>
    public int Decimals { get; init; } = 2;

    /// <summary>What the column's values mean, such as { "Swipe Transaction": "magstripe" }; a value that is not listed stays as it is.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    internal void Check(string path, string name, Field field)
    {
        if (Column is null == Constant is null) throw new SourceException($"The mapping {path} must give {name} either a \"column\" or a \"constant\".");
        bool isTime = field is Field.EventTime or Field.LabelTime;
        if (isTime && Column is not null && Format is null == Epoch is null)
            throw new SourceException(
                $"The mapping {path} must give {name} either a \"format\", such as \"yyyy-MM-dd HH:mm:ss\", "
                + "or an \"epoch\": \"seconds\", \"milliseconds\", \"microseconds\" or \"nanoseconds\".");
        if (isTime && Constant is not null) throw new SourceException($"The mapping {path} gives {name} a constant; a time needs a \"column\".");
        if (Decimals is < 0 or > 6) throw new SourceException($"The mapping {path} gives {name} {Decimals} decimals; a currency has 0 to 6.");
    }
}
