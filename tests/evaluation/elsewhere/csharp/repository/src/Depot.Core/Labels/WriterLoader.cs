namespace Depot.Core.Labels;

/// <summary>Makes the writers that the settings name.</summary>
public static class WriterLoader
{
    public static IReadOnlyList<ILabelWriter> Load(IEnumerable<string> names)
    {
        return names
            .Select(name => typeof(WriterLoader).Assembly.GetType(name, throwOnError: true)!)
            .Select(type => (ILabelWriter)Activator.CreateInstance(type)!)
            .ToList();
    }
}
