Sequel.migration do
  change do
    create_table :orders do
      primary_key :id
      foreign_key :member_id, :members, null: false
      Integer :week, null: false
      unique %i[member_id week]
    end
  end
end
