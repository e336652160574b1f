using System.Buffers;
using System.Text;
using System.Text.Json;
using Vigil.Model;

namespace Vigil.Alerts;

/// <summary>An alert's reasons as the jsonb column holds them. JSON has no NaN: what is not finite is null there.</summary>
static class AlertReasons
{
    internal static string ToJson(IReadOnlyList<Reason> reasons)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            foreach (var reason in reasons) Write(json, reason);
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    internal static IReadOnlyList<Reason> FromJson(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(reason => new Reason(
            reason.GetProperty("code").GetString()!, reason.GetProperty("text").GetString()!, Number(reason, "value"), Number(reason, "normal")))];
    }

    static void Write(Utf8JsonWriter json, Reason reason)
    {
        json.WriteStartObject();
        json.WriteString("code", StorableText.From(reason.Code));
        json.WriteString("text", StorableText.From(reason.Text));
        WriteNumber(json, "value", reason.Value);
        WriteNumber(json, "normal", reason.Normal);
        json.WriteEndObject();
    }

    static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }

    static double Number(JsonElement reason, string name) =>
        reason.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : double.NaN;
}
