namespace Vigil.Features;

/// <summary>The features of a merchant's labels, in the order of <see cref="FeatureList.Numeric"/>.</summary>
static class MerchantFeatures
{
    internal static void Write(in MerchantRisk risk, long now, ref FeatureWriter writer)
    {
        foreach (int frauds in risk.Frauds) writer.Write(frauds);
        foreach (int labels in risk.Labels) writer.Write(labels);
        for (int window = 0; window < MerchantRisk.Windows; window++) writer.Write(risk.Frauds[window] / (risk.Labels[window] + 1.0));
        writer.Write(risk.RunLength);
        writer.WriteTimeSince(risk.RunLength == 0 ? null : risk.RunStart, now);
        writer.WriteTimeSince(risk.RunLength == 0 ? null : risk.LastFraud, now);
        writer.Write(risk.GenuineSinceFraud);
    }
}
